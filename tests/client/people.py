"""Users for tests, as replication brings them."""

import uuid
from itertools import count
from typing import Any

from client.replication.announce import announce
from client.replication.apply import apply
from client.replication.changes import Incoming
from client.replication.declare import replicas
from client.users.models import User

_versions = count(1000)


def uid_of(name: str) -> str:
    """Return the key that a name stands for in tests."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def incoming(name: str, *, deleted: bool = False, version: int | None = None, **fields: Any) -> Incoming:
    """Return a change of a user; without fields a whole row, else those fields only."""
    row = fields or {
        "username": name,
        "first_name": name.title(),
        "last_name": "Example",
        "email": f"{name}@example.org",
        "is_active": True,
    }
    return Incoming(
        key=uid_of(name),
        version=next(_versions) if version is None else version,
        deleted=deleted,
        row={} if deleted else row,
    )


def replicate(*changes: Incoming, told: bool = False) -> None:
    """Apply changes as they come from master, and tell of them if asked to."""
    done = apply(replicas["users"], changes)
    if told:
        announce(replicas["users"], done.changes)


def a_replica(name: str, **fields: Any) -> User:
    """Return a user who came from master."""
    replicate(incoming(name))
    if fields:
        replicate(incoming(name, **fields))
    return User.objects.get(uid=uid_of(name))
