"""Rows by page and by key, as they are at this moment."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import DataError, connection, transaction

from master.outbox.declare import Replicated
from master.outbox.render import change_of, parts, render
from master.snapshot import metrics, queries
from master.snapshot.asking import Page
from master.snapshot.refusal import wrong
from wire.events import Change

logger = logging.getLogger(__name__)

CHUNK_ROWS = 1_000  # read, rendered and sent at once: what is held in memory

Lines = list[Change]


class Pages:
    """The rows of one page, in chunks; `next` is there once all are read."""

    def __init__(self, declared: Replicated, page: Page) -> None:
        self._declared = declared
        self._page = page
        self._query = queries.PAGE.format(**parts(declared.table))
        self.next: str | None = None

    def __iter__(self) -> Iterator[Lines]:
        """Yield chunks. Each is one statement, so no cursor or transaction stays open while the client reads."""
        after, wanted = self._page.after or "", self._page.limit
        while wanted:
            limit = min(wanted, CHUNK_ROWS)
            found = self._read(after, limit)
            yield list(_renderable(self._declared, found))
            if len(found) < limit:
                return
            after, wanted = str(found[-1][0]), wanted - limit
        self.next = after

    def _read(self, after: str, limit: int) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(self._query, {"table": self._declared.table, "after": after, "limit": limit})
            return list(cursor.fetchall())


def total(declared: Replicated) -> int:
    """Count the rows that all pages have together."""
    with connection.cursor() as cursor:
        cursor.execute(queries.TOTAL, {"table": declared.table})
        return int(cursor.fetchone()[0])


def by_key(declared: Replicated, keys: Sequence[str]) -> Lines:
    """Return the state of each key; one that has no version yet gets one, also one that master does not know.

    Raises RefusedError for what cannot be a key of this table.
    """
    _require_keys(declared, keys)
    for key in _missing(declared, keys):
        _enrol(declared, key)
    rendered = render(declared.table, keys)
    return list(_kept(declared, ((each.change, each.error) for each in rendered)))


def _renderable(declared: Replicated, found: Iterable[Sequence[Any]]) -> Iterator[Change]:
    read = ((key, version, present, values) for key, version, present, *values in found)
    return _kept(declared, (change_of(declared, *row) for row in read))


def _kept(declared: Replicated, changes: Iterable[tuple[Change, str]]) -> Iterator[Change]:
    for change, error in changes:
        if not error:
            yield change
            continue
        metrics.left_out.labels(declared.table).inc()
        logger.error("row left out", extra={"table": declared.table, "key": change.key, "error.message": error})


def _require_keys(declared: Replicated, keys: Sequence[str]) -> None:
    if _all_spelled(declared, keys):
        return
    for key in keys:
        if not _all_spelled(declared, [key]):
            kind = parts(declared.table)["key_type"]
            raise wrong(f"The key {key!r} is none of {declared.table}. Send it as the database writes a {kind}.")


def _all_spelled(declared: Replicated, keys: Sequence[str]) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(queries.SPELLED.format(**parts(declared.table)), {"keys": list(keys)})
            return all(same for _, same in cursor.fetchall())
    except DataError:
        return False


def _missing(declared: Replicated, keys: Sequence[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(queries.MISSING, {"table": declared.table, "keys": list(keys)})
        return [key for (key,) in cursor.fetchall()]


def _enrol(declared: Replicated, key: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(queries.PATIENCE)
        cursor.execute(queries.ENROL.format(**parts(declared.table)), {"table": declared.table, "key": key})
