"""The names of topics: what a page listens to, and what pushes are addressed to."""

from typing import Final, Protocol
from uuid import UUID

DIRECTORY: Final = "users"  # every user, without e-mail addresses
DIRECTORY_WITH_EMAIL: Final = "users.email"  # for those who may view users
REPLICATION: Final = "replication"  # how this client is doing, for staff

_LOCAL: Final = "local-"


class HasKey(Protocol):
    """What a user is known by."""

    pk: int
    uid: UUID | None


def user_key(user: HasKey) -> str:
    """Return the key of a user on pages and topics: his `uid`, or a name of this client's own for a local user."""
    return str(user.uid) if user.uid else f"{_LOCAL}{user.pk}"


def is_local(key: str) -> bool:
    """Tell whether a key is that of a user of this client alone."""
    return key.startswith(_LOCAL)


def user_topic(key: str) -> str:
    """Return the topic of one user's changes, which only his own pages listen to."""
    return f"user.{key}"
