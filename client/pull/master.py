"""What master has now: rows by key and by page, as changes for apply."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote_plus

import msgspec

from client.pull.errors import MasterRefusedError
from client.pull.http import asked
from client.replication.changes import Incoming
from client.replication.fields import wire_tables
from wire.decoding import Refused
from wire.snapshot import Answer, decode_states

KEYS = 100  # that master takes in one question
QUERY_CHARACTERS = 6_000  # of keys: proxies take addresses of 8 KB
NO_ANSWER = "master leaves this row out of its answer: its log says why"


@dataclass(kw_only=True)
class Pulled:
    """Rows as master has them."""

    changes: list[Incoming] = field(default_factory=list)
    refused: list[tuple[Incoming, str]] = field(default_factory=list)  # what cannot be read or got, and why

    def add(self, other: "Pulled") -> None:
        """Take in another part."""
        self.changes += other.changes
        self.refused += other.refused


@dataclass(kw_only=True)
class Page(Pulled):
    """Rows in the order of keys."""

    last: str | None = None  # the last key of the page; None: it is empty
    more: bool = False
    total: int | None = None  # of the table's rows, about; on the first page only


def fetch(table: str, keys: Sequence[str]) -> list[Incoming]:
    """Return the present state of these objects, each once, tombstones included.

    Raises `MasterUnreachableError`, or `MasterRefusedError` also for a single row that this client cannot read.
    """
    pulled = pull(table, keys)
    for change, reason in pulled.refused:
        raise MasterRefusedError(f"{change.key}: {reason}")
    return pulled.changes


def pull(table: str, keys: Sequence[str]) -> Pulled:
    """Do the same, with what cannot be read beside what can; raises when master as a whole gives no answer."""
    pulled = Pulled()
    for some in _questions(dict.fromkeys(keys)):
        pulled.add(_pull(table, some))
    return pulled


def page(table: str, *, after: str | None, limit: int) -> Page:
    """Return a page of the rows that are not deleted, those behind a key or the first ones."""
    query = [("limit", str(limit)), *([] if after is None else [("after", after)])]
    with asked(table, query=query) as (answer, total):
        pulled = _read(table, answer)
    return Page(
        changes=pulled.changes,
        refused=pulled.refused,
        last=_next(answer) or _last_key(pulled),
        more=_next(answer) is not None,
        total=int(total) if total and total.isdecimal() else None,
    )


def _questions(keys: Iterable[str]) -> Iterator[list[str]]:
    """Cut keys into questions that master and what stands before it will take."""
    some: list[str] = []
    size = 0
    for key in keys:
        length = len("&keys=") + len(quote_plus(key))
        if some and (len(some) == KEYS or size + length > QUERY_CHARACTERS):
            yield some
            some, size = [], 0
        some.append(key)
        size += length
    if some:
        yield some


def _pull(table: str, keys: Sequence[str]) -> Pulled:
    """Ask for a few keys; where master refuses one of them, ask for the halves, until that one stands alone."""
    try:
        with asked(table, query=[("keys", key) for key in keys]) as (answer, _):
            pulled = _read(table, answer)
    except MasterRefusedError as error:
        if error.status != 400:
            raise
        if len(keys) == 1:
            return Pulled(refused=[(_nothing(keys[0]), str(error))])
        middle = len(keys) // 2
        pulled = _pull(table, keys[:middle])
        pulled.add(_pull(table, keys[middle:]))
        return pulled
    told = {change.key for change in pulled.changes} | {change.key for change, _ in pulled.refused}
    pulled.refused += [(_nothing(key), NO_ANSWER) for key in keys if key not in told]
    return pulled


def _read(table: str, answer: Answer) -> Pulled:
    pulled = Pulled()
    for state in decode_states(answer, wire_tables()[table]):
        if isinstance(state, Refused):
            pulled.refused.append((_nothing(_key_of(state.body), state.body), state.reason))
        else:
            pulled.changes.append(
                Incoming(key=state.key, version=state.version, deleted=state.deleted, row=state.row, pulled=True)
            )
    return pulled


def _next(answer: Answer) -> str | None:
    return answer.end.next if answer.end else None


def _last_key(pulled: Pulled) -> str | None:
    return pulled.changes[-1].key if pulled.changes else None


class _Keyed(msgspec.Struct, frozen=True):
    key: str = ""


def _key_of(line: str) -> str:
    """Return the key of a line that cannot be read as a whole; empty where it cannot be read either."""
    try:
        return msgspec.json.decode(line, type=_Keyed).key
    except (msgspec.MsgspecError, ValueError):
        return ""


def _nothing(key: str, body: str = "") -> Incoming:
    """Return what stands for a row that is not known."""
    return Incoming(key=key, version=0, deleted=False, row={}, pulled=True, body=body)
