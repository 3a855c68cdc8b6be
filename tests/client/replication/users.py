"""Changes of users, and what the client holds of them, in few words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from client.replication.apply import apply
from client.replication.changes import Applied, Incoming
from client.replication.declare import replicas
from client.replication.models import AppliedRow
from client.users.models import User

CHANGED_AT = datetime(2026, 11, 21, 7, 50, tzinfo=UTC)


def key(name: str) -> str:
    """Return the key of the user who was called so at first."""
    return str(uuid5(NAMESPACE_URL, name))


ADA, BOB, CY = key("ada"), key("bob"), key("cy")


def user(uid: str, version: int, username: str, *, pulled: bool = False, **fields: Any) -> Incoming:
    """Return a change that carries a whole row."""
    row = {"username": username, "first_name": "", "last_name": "", "email": "", "is_active": True} | fields
    return some(uid, version, pulled=pulled, **row)


def some(uid: str, version: int, *, pulled: bool = False, **row: Any) -> Incoming:
    """Return a change that carries these fields only."""
    return Incoming(key=uid, version=version, deleted=False, row=row, changed_at=CHANGED_AT, pulled=pulled)


def gone(uid: str, version: int) -> Incoming:
    """Return a delete."""
    return Incoming(key=uid, version=version, deleted=True, row={}, changed_at=CHANGED_AT)


def apply_users(*changes: Incoming) -> Applied:
    """Apply one batch of changes of users."""
    return apply(replicas["users"], changes)


def apply_singly(*changes: Incoming) -> None:
    """Apply changes of users in a batch each."""
    for change in changes:
        apply_users(change)


def held(uid: str) -> User:
    """Return the row of a user as the database has it."""
    return User.objects.get(uid=uid)


def names() -> dict[str, str]:
    """Return the usernames of all replicas, by key."""
    return {str(uid): name for uid, name in User.objects.exclude(uid=None).values_list("uid", "username")}


def versions() -> dict[str, int]:
    """Return the versions that the client holds of users, tombstones included."""
    return dict(AppliedRow.objects.filter(table="users").values_list("key", "version"))


def assert_held(wanted: Mapping[str, str]) -> None:
    """Assert that there are these replicas and no others, by key and username."""
    assert names() == wanted
