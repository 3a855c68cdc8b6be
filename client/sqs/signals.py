"""The server signal `replication.apply`: messages in, rows written, pages told, messages deleted.

SQS is the retry. Whatever fails before the delete, the messages come again and the guards make it harmless.
"""

import logging
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from df_websockets.decorators import signal

from client.replication import metrics as counters
from client.replication.announce import announce
from client.replication.apply import apply
from client.replication.changes import Incoming
from client.replication.declare import replicas
from client.replication.fields import wire_tables
from client.replication.lanes import LaneQueue
from client.replication.report import report
from client.sqs import metrics, queue
from wire.decoding import Received, Refused, decode

logger = logging.getLogger(__name__)

STALE_SECONDS = 30  # half the visibility: what waited longer comes again, and old work must not feed on itself


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """An event that this client cannot read, or cannot hold."""

    message_id: str
    body: str
    reason: str


@signal(path="replication.apply", queue=LaneQueue())  # type: ignore[untyped-decorator]
def apply_messages(window_info: Any, lane: str, messages: list[Any]) -> None:
    """Apply messages of `{id, body, receipt, received}` (seconds since 1970), then delete them.

    Idempotent: whatever is applied a second time is only told again.
    """
    started = time.monotonic()
    fresh = [message for message in messages if time.time() - message["received"] <= STALE_SECONDS]
    if len(fresh) < len(messages):
        counters.dropped.inc()
        logger.warning("batch too old", extra={"lane": lane, "messages": len(messages) - len(fresh)})
    changes, letters = _read(fresh)
    outcomes = {table: apply(replicas[table], incoming) for table, incoming in changes.items()}
    for table, applied in outcomes.items():
        announce(replicas[table], applied.changes)
        letters += [_letter(change, reason) for change, reason in applied.refused]
    for letter in letters:
        _send(letter)
    metrics.deletes.inc(queue.delete([message["receipt"] for message in fresh]))
    metrics.deleted.inc(len(fresh))
    for table, applied in outcomes.items():
        report(table, applied)
    counts = {"lane": lane, "messages": len(fresh), "changes": sum(map(len, changes.values()))}
    logger.info("applied", extra={**counts, "event.duration": time.monotonic() - started})


def _read(messages: list[Any]) -> tuple[dict[str, list[Incoming]], list[DeadLetter]]:
    """Sort what the messages hold into changes by table, and events that cannot be read."""
    changes: dict[str, list[Incoming]] = defaultdict(list)
    letters: list[DeadLetter] = []
    for message in messages:
        for event in decode(message["body"], wire_tables()):
            if isinstance(event, Refused):
                letters.append(DeadLetter(message_id=message["id"], body=event.body, reason=event.reason))
            else:
                changes[event.table].append(_incoming(event, message["id"]))
    return changes, letters


def _incoming(event: Received, message_id: str) -> Incoming:
    return Incoming(
        key=event.key,
        version=event.version,
        deleted=event.deleted,
        row=event.row,
        changed_at=event.changed_at,
        message_id=message_id,
        body=event.body,
    )


def _letter(change: Incoming, reason: str) -> DeadLetter:
    return DeadLetter(message_id=change.message_id, body=change.body, reason=reason)


def _send(letter: DeadLetter) -> None:
    queue.send_dead_letter(letter.body, reason=letter.reason, message_id=letter.message_id)
    counters.refused.inc()
    logger.error("event refused", extra={"message_id": letter.message_id, "error.message": letter.reason})
