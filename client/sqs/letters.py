"""What a dead letter says, as far as it can be read: pure, for it holds what nobody else could read."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

MOST_CHARACTERS = 1024  # of a table's name or a key, as on the wire
MOST_VERSION = 2**63 - 1

# What this client holds by now of the objects of a letter: something newer, exactly this, less; or nobody can say.
Standing = Literal["overtaken", "applied", "needed", "unreadable"]


@dataclass(frozen=True, kw_only=True)
class Named:
    """A state of one object that a letter tells."""

    table: str
    key: str
    version: int

    def __str__(self) -> str:
        return f"{self.table}/{self.key}/{self.version}"


@dataclass(frozen=True)
class Letter:
    """A message of the dead-letter queue."""

    id: str
    body: str
    since: datetime  # when it was sent; one that was moved keeps the time at which master had sent it
    reason: str = ""  # empty: it was moved whole, after too many receives
    message_id: str = ""  # of the message that the event came in
    cut: str = ""  # what was left out, if anything was
    doubles: tuple[str, ...] = ()  # ids of further letters of the same event

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all letters of the event."""
        return (self.id, *self.doubles)

    @cached_property
    def events(self) -> tuple[Named | None, ...]:
        """The objects that the letter tells of; None for each that cannot be read."""
        return tuple(_named(self.body))

    @property
    def named(self) -> list[Named]:
        """The objects that can be read."""
        return [each for each in self.events if each is not None]

    @property
    def why(self) -> str:
        """The reason, as a person is told it."""
        return self.reason or "received many times and never finished; moved here as it was"


def joined(letters: Iterable[Letter]) -> list[Letter]:
    """Return one letter for each event, the oldest.

    While SQS refuses to delete a message it comes again, and its bad event becomes one more letter each time.
    """
    groups: dict[object, list[Letter]] = defaultdict(list)
    for each in letters:
        groups[(each.message_id, each.body) if each.message_id else each.id].append(each)
    ordered = (sorted(group, key=lambda each: (each.since, each.id)) for group in groups.values())
    return [replace(first, doubles=tuple(each.id for each in others)) for first, *others in ordered]


def standing(events: tuple[Named | None, ...], held: Mapping[tuple[str, str], int]) -> Standing:
    """Compare a letter's objects with the versions that are held here, by table and key."""
    ahead = [held.get((each.table, each.key), 0) - each.version for each in events if each is not None]
    if not events or len(ahead) < len(events):
        return "unreadable"
    if min(ahead) < 0:
        return "needed"
    return "overtaken" if min(ahead) > 0 else "applied"


def readable(text: str) -> str:
    """Return a text without what could command a terminal."""
    return "".join(each if each.isprintable() or each == "\n" else "\N{REPLACEMENT CHARACTER}" for each in text)


def pretty(body: str) -> str:
    """Return a body indented, if it is JSON."""
    try:
        return readable(json.dumps(json.loads(body), indent=2, ensure_ascii=False))
    except (ValueError, RecursionError):
        return readable(body)


def _named(body: str) -> Iterator[Named | None]:
    try:
        events = json.loads(body)
    except (ValueError, RecursionError):
        events = None
    for event in events if isinstance(events, list) else [None]:
        yield _named_by(event)


def _named_by(event: Any) -> Named | None:
    """Return what an event is about, whatever else is wrong with it."""
    match event:
        case {"data": {"table": str(table), "key": str(key), "version": int(version)}}:
            sound = _is_text(table) and _is_text(key) and type(version) is int and 1 <= version <= MOST_VERSION
            return Named(table=table, key=key, version=version) if sound else None
        case _:
            return None


def _is_text(text: str) -> bool:
    """Tell whether the database could be asked about a text."""
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return 1 <= len(text) <= MOST_CHARACTERS and "\0" not in text
