"""Message bodies as master publishes them."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from wire.encoding import body_of, encode_event
from wire.events import Change, event_of

CHANGED_AT = datetime(2026, 11, 21, 7, 50, tzinfo=UTC)


def upsert(table: str, key: str, version: int, **row: Any) -> str:
    """Return an event that carries these fields."""
    return _event(Change(table=table, key=key, version=version, op="upsert", row=msgspec.Raw(msgspec.json.encode(row))))


def delete(table: str, key: str, version: int) -> str:
    """Return an event of a delete."""
    return _event(Change(table=table, key=key, version=version, op="delete"))


def user(uid: str, version: int, username: str, **fields: Any) -> str:
    """Return an event of a user's whole row."""
    row = {"username": username, "first_name": "", "last_name": "", "email": "", "is_active": True} | fields
    return upsert("users", uid, version, **row)


def body(*events: str) -> str:
    """Return the body of a message of these events."""
    return body_of(events)


def _event(change: Change) -> str:
    return encode_event(event_of(change, source="/reactive-tables/master", time=CHANGED_AT, traceparent="00-ab-cd-01"))
