"""The values that travel through this room."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A change as it came: by message, or pulled from master."""

    key: str
    version: int
    deleted: bool
    row: dict[str, Any]  # fields that were sent, as wire values; empty when deleted
    changed_at: datetime | None = None  # on master
    pulled: bool = False  # also applies at an equal version: that is how repair works
    message_id: str = ""  # of the message that brought it
    body: str = ""  # the event alone, as a message body


class Guard(msgspec.Struct, frozen=True, kw_only=True):
    """What this client holds of an object."""

    version: int
    deleted: bool


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a change once it is committed here."""

    op: Literal["upsert", "delete"]
    key: str
    version: int
    row: dict[str, Any] | None  # replicated fields as wire values, those that were sent; None when deleted
    changed: tuple[str, ...]  # fields whose values differ from before; all that were sent, when it is told again
    changed_at: datetime | None
    repeated: bool = False  # applied before: told again, for it may not have been told
    created: bool = False  # there was no row before


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A replica that could not have its values because a local row has them."""

    key: str
    field: str  # the key itself, or the unique field that was set aside
    value: str


@dataclass(kw_only=True)
class Applied:
    """What became of a batch."""

    changes: list[RowChange] = field(default_factory=list)  # committed: to be told
    refused: list[tuple[Incoming, str]] = field(default_factory=list)  # what the database cannot hold, and why
    clashes: list[Clash] = field(default_factory=list)
    ignored: int = 0  # older than what was held
    newer: dict[str, int] = field(default_factory=dict)  # of those, what was pulled: by key the version that is held
    unchanged: int = 0  # pulled, and held already with every value: not written, and told only if asked for
    aside: int = 0  # values set aside

    def add(self, other: "Applied") -> None:
        """Take in what became of another part."""
        self.changes += other.changes
        self.refused += other.refused
        self.clashes += other.clashes
        self.ignored += other.ignored
        self.newer |= other.newer
        self.unchanged += other.unchanged
        self.aside += other.aside
