"""Message bodies to changes. One bad event never hides the good ones beside it."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from wire.events import Change, Event
from wire.tables import Table

EVENT_BYTES = 262_144  # SNS accepts no larger message, so no honest event is larger


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one object, understood."""

    table: str
    key: str
    version: int
    deleted: bool
    row: dict[str, Any]  # known fields that were sent; empty when deleted


class Received(State, frozen=True, kw_only=True):
    """A change that was understood."""

    changed_at: datetime
    traceparent: str  # empty if none was sent
    body: str  # the event alone, as a body of its own: for the dead-letter queue, should the database refuse it


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """An event, or a whole body, that was not understood."""

    body: str  # the event alone, as a body of its own
    reason: str


_bodies = msgspec.json.Decoder(list[msgspec.Raw])
_events = msgspec.json.Decoder(Event)
_TRACES = re.compile(r'"traceparent":"[0-9a-f]{2}-([0-9a-f]{32})-')  # within a text the quotes would be escaped
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)  # ValueError: also of json and of Unicode


def decode(body: str, tables: Mapping[str, Table]) -> Iterator[Received | Refused]:
    """Yield what each event of a body says, or why it cannot be taken."""
    try:
        raws = _elements(body)
    except _UNREADABLE as error:
        yield Refused(body=body, reason=f"not a JSON array of events: {error}")
        return
    for raw in raws:
        yield _decode_event(raw, tables)


def traces_in(body: str) -> list[str]:
    """Return the trace ids that a body seems to name, unread: for a log of what is passed on as it came."""
    return _TRACES.findall(body)


def _elements(body: str) -> list[bytes]:
    try:
        return [bytes(raw) for raw in _bodies.decode(body)]
    except msgspec.DecodeError:
        # one bad escape spoils the whole body for msgspec; the standard library lets it pass, so that
        # the event that holds it is refused alone
        elements = json.loads(body)
        if not isinstance(elements, list):
            raise
        return [json.dumps(element).encode() for element in elements]


def _decode_event(raw: bytes, tables: Mapping[str, Table]) -> Received | Refused:
    body = f"[{raw.decode()}]"
    try:
        if len(raw) > EVENT_BYTES:
            raise msgspec.ValidationError(f"{len(raw)} bytes, more than {EVENT_BYTES}")
        return _received(_events.decode(raw), body, tables)
    except _UNREADABLE as error:
        return Refused(body=body, reason=str(error))


def state_of(change: Change, tables: Mapping[str, Table]) -> State:
    """Return what a change says; raise `msgspec.ValidationError` where it cannot be taken."""
    return State(**_stated(change, _known(change, tables)))


def _received(event: Event, body: str, tables: Mapping[str, Table]) -> Received:
    change = event.data
    table = _known(change, tables)
    if event.type != f"{change.table}.changed":
        raise msgspec.ValidationError(f"Not a change of {change.table!r} - at `$.type`")
    if event.subject != change.key:
        raise msgspec.ValidationError(f"Not the key {change.key!r} - at `$.subject`")
    traceparent = event.traceparent or ""
    return Received(**_stated(change, table), changed_at=event.time, traceparent=traceparent, body=body)


def _known(change: Change, tables: Mapping[str, Table]) -> Table:
    if change.table not in tables:
        raise msgspec.ValidationError(f"Unknown table {change.table!r} - at `$.data.table`")
    return tables[change.table]


def _stated(change: Change, table: Table) -> dict[str, Any]:
    deleted = change.op == "delete"
    return {
        "table": change.table,
        "key": change.key,
        "version": change.version,
        "deleted": deleted,
        "row": {} if deleted else _row(change.row, table),
    }


def _row(row: msgspec.Raw | msgspec.UnsetType, table: Table) -> dict[str, Any]:
    if row is msgspec.UNSET:
        raise msgspec.ValidationError("Object missing required field `row` - at `$.data`")
    try:
        return table.decode(row)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        raise msgspec.ValidationError(f"{reason} - at `$.data.row{path or '`'}") from error
