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
from client.replication.changes import Applied, Incoming
from client.replication.declare import replicas
from client.replication.fields import wire_tables
from client.replication.lanes import LaneQueue
from client.replication.report import report, time_lag
from client.sqs import metrics, queue
from telemetry import context
from telemetry.ecs import duration
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
    changes, letters, traces = _read(fresh)
    with context.part_of(traces):
        counts = _apply(fresh, changes, letters)
        took = duration(time.monotonic() - started)
        logger.info("applied", extra={"lane": lane, **counts, "event.duration": took})


def _apply(
    messages: list[Any], changes: dict[str, list[Incoming]], letters: list[DeadLetter]
) -> dict[str, int | float]:
    """Apply, tell, send what is bad away, and delete; return what is worth a line of the log."""
    outcomes: dict[str, Applied] = {}
    lags: list[float | None] = []
    for table, incoming in changes.items():
        outcomes[table] = apply(replicas[table], incoming)
        time_lag(counters.lag, table, outcomes[table])
    for table, applied in outcomes.items():
        announce(replicas[table], applied.changes)
        lags.append(time_lag(counters.pushed_lag, table, applied))
        letters += [_letter(change, reason) for change, reason in applied.refused]
    for letter in letters:
        _send(letter)
    metrics.deletes.inc(queue.delete([message["receipt"] for message in messages]))
    metrics.deleted.inc(len(messages))
    for table, applied in outcomes.items():
        report(table, applied)
    counts = {"messages": len(messages), "changes": sum(map(len, changes.values()))}
    known = [lag for lag in lags if lag is not None]
    return {**counts, "lag": max(known)} if known else {**counts}


def _read(messages: list[Any]) -> tuple[dict[str, list[Incoming]], list[DeadLetter], list[str]]:
    """Sort what the messages hold into changes by table, and events that cannot be read; say their traces too."""
    traces: list[str] = []
    changes: dict[str, list[Incoming]] = defaultdict(list)
    letters: list[DeadLetter] = []
    for message in messages:
        for event in decode(message["body"], wire_tables()):
            if isinstance(event, Refused):
                letters.append(DeadLetter(message_id=message["id"], body=event.body, reason=event.reason))
            else:
                changes[event.table].append(_incoming(event, message["id"]))
                traces.append(context.trace_of(event.traceparent))
    return changes, letters, traces


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
