"""What a query asks for, as plain values. Nothing is guessed: what is unknown, double or out of range is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from master.snapshot.refusal import wrong
from wire.digests import BUCKETS

LIMIT = 1_000  # rows of a page, unless asked otherwise
LIMIT_MOST = 10_000
KEYS_MOST = 100
KEY_LENGTH = 1024  # as `wire.events` has it

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Rows in the order of their keys."""

    after: str | None
    limit: int


def page_or_keys(query: Query) -> Page | tuple[str, ...]:
    """Return the page, or the distinct keys, that a query asks for."""
    _only(query, "after", "limit", "keys")
    if "keys" not in query:
        after = _one(query, "after")
        return Page(after=None if after is None else _key(after), limit=_limit(_one(query, "limit")))
    if len(query) > 1:
        raise wrong("`keys` stands with `after` or `limit`. Ask for keys or for a page.")
    keys = tuple(dict.fromkeys(map(_key, query["keys"])))
    if len(query["keys"]) > KEYS_MOST:
        raise wrong(f"There are {len(query['keys'])} keys. Ask for {KEYS_MOST} at the most.")
    return keys


def digests(query: Query, known: Sequence[str]) -> tuple[str, ...]:
    """Return the fields that are to be summed up."""
    _only(query, "fields")
    return _fields(query, known)


def digest_rows(query: Query, known: Sequence[str]) -> tuple[list[int], tuple[str, ...]]:
    """Return the buckets and the fields whose rows are to be summed up."""
    _only(query, "buckets", "fields")
    return _buckets(query), _fields(query, known)


def _fields(query: Query, known: Sequence[str]) -> tuple[str, ...]:
    fields = _list(query, "fields")
    unknown = [name for name in fields if name not in known]
    if unknown:
        raise wrong(f"There is no field {', '.join(map(repr, unknown))}. Ask for some of `fields`.", fields=known)
    if len(set(fields)) < len(fields):
        raise wrong("A field is named twice in `fields`. Name each once.", fields=known)
    return tuple(fields)


def _buckets(query: Query) -> list[int]:
    words = _list(query, "buckets")
    buckets = {int(word) for word in words if word.isascii() and word.isdecimal() and len(word) <= 4}
    if len(buckets) < len(words):
        raise wrong("`buckets` has something twice, or that is no number. Name each once: buckets=0,7.")
    if max(buckets) >= BUCKETS:
        raise wrong(f"There is no bucket {max(buckets)}. They are 0 to {BUCKETS - 1}.")
    return sorted(buckets)


def _limit(word: str | None) -> int:
    if word is None:
        return LIMIT
    limit = int(word) if word.isascii() and word.isdecimal() and len(word) <= 5 else 0
    if not 1 <= limit <= LIMIT_MOST:
        raise wrong(f"`limit` is {word[:20]!r}. Set it to 1 to {LIMIT_MOST}.")
    return limit


def _key(word: str) -> str:
    if not word or "\0" in word or len(word) > KEY_LENGTH:
        raise wrong(f"The key {word[:100]!r} cannot be one: it is empty, too long, or holds NUL. Leave it out.")
    return word


def _list(query: Query, name: str) -> list[str]:
    word = _one(query, name)
    if word is None:
        raise wrong(f"`{name}` is missing. Name them, separated by commas.")
    return word.split(",")


def _one(query: Query, name: str) -> str | None:
    words = query.get(name, ())
    if len(words) > 1:
        raise wrong(f"`{name}` is there {len(words)} times. Send it once.")
    return words[0] if words else None


def _only(query: Query, *names: str) -> None:
    unknown = sorted(query.keys() - set(names))
    if unknown:
        raise wrong(f"There is no parameter {unknown[0][:100]!r}. Here one may send {', '.join(names)}.")
