"""Changes of things and labels in few words."""

from typing import Any

from client.replication.apply import apply
from client.replication.changes import Applied, Incoming
from client.replication.declare import replicas
from tests.client.things.models import Thing


def thing(code: int | str, version: int, **row: Any) -> Incoming:
    """Return a change of a thing."""
    return Incoming(key=str(code), version=version, deleted=False, row=row)


def gone(key: int | str, version: int) -> Incoming:
    """Return a delete."""
    return Incoming(key=str(key), version=version, deleted=True, row={})


def apply_things(*changes: Incoming) -> Applied:
    """Apply one batch of changes of things."""
    return apply(replicas["things"], changes)


def apply_labels(*changes: Incoming) -> Applied:
    """Apply one batch of changes of labels."""
    return apply(replicas["labels"], changes)


def held(code: int) -> Thing:
    """Return the row of a thing as the database has it."""
    row: Thing = Thing.objects.get(code=code)
    return row
