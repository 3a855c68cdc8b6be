"""Carry pending changes to SNS: claim, render, pack, send, write down."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import msgspec
from django.conf import settings
from django.db import DataError, ProgrammingError

from master.outbox import claim as outbox
from master.outbox import metrics
from master.outbox.backoff import Breaker, row_pause
from master.outbox.claim import Verdict
from master.outbox.render import Rendered, render
from master.sns import topic
from telemetry import context
from wire.encoding import body_of, encode_event, pack
from wire.events import event_of

logger = logging.getLogger(__name__)

RUN_SECONDS = 20.0  # of one `publish` task: then it claims no more
BATCH_SECONDS = 20.0  # to send a batch, and at most as long again behind another: well inside the lease

breaker = Breaker()


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """A rendered change and its encoded event."""

    rendered: Rendered
    text: str


T = TypeVar("T")
Group = list[Parcel]  # what shares a message
Send = Callable[[Sequence[Parcel], float], "Outcome"]
Submit = Callable[[Send, Sequence[Parcel], float], "Future[Outcome]"]


@dataclass(kw_only=True)
class Outcome:
    """What became of the parcels of one claim."""

    accepted: list[Verdict] = field(default_factory=list)
    refused: list[Verdict] = field(default_factory=list)
    postponed: list[Verdict] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Load:
    """What was claimed of one table, on its way to SNS."""

    table: str
    traces: tuple[str, ...]
    unreadable: list[Rendered]
    outcome: Future[Outcome]


def publish_pending() -> int:
    """Publish until nothing is due, AWS fails, or time is up; return how many changes SNS accepted.

    While SNS has one batch, the next one is claimed and rendered.
    """
    until = time.monotonic() + RUN_SECONDS
    accepted = 0
    loads: list[Load] = []
    with ThreadPoolExecutor(max_workers=1) as courier:
        more = True
        while more and not breaker.is_open(time.monotonic()) and time.monotonic() < until:
            claimed_at = time.monotonic()
            claimed = outbox.claim()
            more = sum(map(len, claimed.values())) == outbox.CLAIM_ROWS
            rendered = [(table, each) for table, keys in claimed.items() if (each := _rendered(table, keys))]
            accepted += sum(map(_settle, loads))
            deadline = min(time.monotonic(), claimed_at + BATCH_SECONDS) + BATCH_SECONDS
            submit = courier.submit if more else _now
            loads = [_load(table, each, deadline, submit) for table, each in rendered]
        accepted += sum(map(_settle, loads))
    return accepted


def _rendered(table: str, keys: list[str]) -> list[Rendered]:
    try:
        return render(table, keys)
    except (ProgrammingError, DataError) as error:  # for one, a column that a deployment under way adds or removes
        logger.error("table not readable", extra={"table": table, "error.message": str(error)})
        return []


def _load(table: str, rendered: list[Rendered], deadline: float, submit: "Submit") -> Load:
    """Begin to send. What says no trace, such as a row that was written by psql, gets one, the same for the batch."""
    new = context.traceparent(context.new_trace())
    said = [each.traceparent if context.trace_of(each.traceparent) else new for each in rendered]
    parcels = [_parcel(each, traceparent) for each, traceparent in zip(rendered, said, strict=True) if not each.error]
    return Load(
        table=table,
        traces=tuple(map(context.trace_of, said)),
        unreadable=[each for each in rendered if each.error],
        outcome=submit(send, parcels, deadline),
    )


def _settle(load: Load) -> int:
    """Wait for what SNS says and write it down; return how many changes it accepted."""
    outcome = load.outcome.result()
    outcome.refused += [_refused(each, each.error) for each in load.unreadable]
    outbox.write_accepted(outcome.accepted)
    outbox.write_refused(outcome.refused)
    outbox.write_postponed(outcome.postponed)
    with context.part_of(load.traces):
        _report(load.table, outcome)
    return len(outcome.accepted)


def _now(work: "Send", parcels: Sequence[Parcel], deadline: float) -> Future[Outcome]:
    """Send here and now, and wrap the outcome as an executor does."""
    done: Future[Outcome] = Future()
    done.set_result(work(parcels, deadline))
    return done


def _parcel(rendered: Rendered, traceparent: str) -> Parcel:
    source = f"/reactive-tables/{settings.APP_NAME}"
    event = event_of(rendered.change, source=source, time=rendered.changed_at, traceparent=traceparent)
    return Parcel(rendered=rendered, text=encode_event(event))


def send(parcels: Sequence[Parcel], deadline: float) -> Outcome:
    """Send parcels in as few calls as the limits allow; split what is refused until the guilty one stands alone."""
    outcome = Outcome()
    groups = [[parcels[index] for index in indexes] for indexes in pack([parcel.text for parcel in parcels])]
    waiting = deque(_calls(groups))
    while waiting:
        call = waiting.popleft()
        try:
            waiting.extendleft(_send_call(call, outcome, deadline))
        except topic.ServiceFailedError as failure:
            _postpone([call, *waiting], str(failure), outcome)
            break
    return outcome


def _send_call(call: list[Group], outcome: Outcome, deadline: float) -> list[list[Group]]:
    """Send one call, add to the outcome what is settled, and return the smaller calls that are still to be sent."""
    if breaker.is_open(time.monotonic()):
        raise topic.ServiceFailedError("SNS failed the batch before this one")
    if time.monotonic() > deadline:
        raise topic.ServiceFailedError(f"no answer to the whole batch within {BATCH_SECONDS:.0f} s")
    metrics.calls.inc()
    try:
        refusals = topic.publish_batch([_message(group) for group in call])
    except topic.CallRefusedError as error:
        if len(call) > 1:
            return _halves(call)
        refusals = [topic.Refusal(reason=str(error), content=True)]
    breaker.record_success()
    again: list[list[Group]] = []
    for group, refusal in zip(call, refusals, strict=True):
        if refusal is None:
            outcome.accepted += [Verdict(change=parcel.rendered.change) for parcel in group]
        elif refusal.content and len(group) > 1:
            again += [[half] for half in _halves(group)]
        else:
            outcome.refused += [_refused(parcel.rendered, refusal.reason, refusal.content) for parcel in group]
    return again


def _postpone(calls: list[list[Group]], reason: str, outcome: Outcome) -> None:
    pause = breaker.remaining(time.monotonic()) or breaker.record_failure(time.monotonic())
    metrics.failures.inc()
    metrics.tell_breaker_opened(pause)
    logger.warning("sns failed", extra={"error.message": reason, "pause": pause})
    outcome.postponed += [
        Verdict(change=parcel.rendered.change, error=reason, pause=timedelta(seconds=pause))
        for call in calls
        for group in call
        for parcel in group
    ]


def _calls(groups: list[Group]) -> list[list[Group]]:
    messages = [_message(group) for group in groups]
    position = iter(groups)
    return [[next(position) for _ in call] for call in topic.calls(messages)]


def _message(group: Group) -> topic.Message:
    table = group[0].rendered.change.table
    return topic.Message(table=table, count=len(group), body=body_of([parcel.text for parcel in group]))


def _halves(items: list[T]) -> list[list[T]]:
    middle = len(items) // 2
    return [items[:middle], items[middle:]]


def _refused(rendered: Rendered, reason: str, content: bool = True) -> Verdict:
    return Verdict(change=rendered.change, error=reason, refused=content, pause=row_pause(rendered.attempts))


def _report(table: str, outcome: Outcome) -> None:
    metrics.published.labels(table).inc(len(outcome.accepted))
    metrics.refused.labels(table).inc(len(outcome.refused))
    fields = {"table": table, "accepted": len(outcome.accepted), "postponed": len(outcome.postponed)}
    logger.info("published", extra=fields)
    for verdict in outcome.refused:
        key = verdict.change.key
        logger.error("refused", extra={"table": table, "key": key, "error.message": verdict.error})
