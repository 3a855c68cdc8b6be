"""Work through a table in batches, each a transaction of its own, beside writers that must not notice."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from master.outbox import queries
from master.outbox.wake import wake_on_commit

BATCH_ROWS = 1000
PATIENCE_SECONDS = 10.0  # for rows that other transactions hold
LOOK_SECONDS = 0.1  # between looks whether they are free

Progress = Callable[[str, int], None]  # a table, and how many of its rows are done
Batch = Callable[[str | None], tuple[int, str | None]]  # from the last key: rows done; the last key, None at the end


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """What was done."""

    rows: int  # that have a new version now
    held: int = 0  # that other transactions held until patience was over: not done


def silent(table: str, rows: int) -> None:
    """Tell nobody of progress."""


def passes(batch: Batch, left: Callable[[], int], *, patience: float, progress: Callable[[int], None]) -> Repaired:
    """Pass over a table until nothing is left, or patience is over; wake the relay at the end of each batch.

    A batch skips what somebody holds. Mostly that gets a new version by itself; but a transaction may be rolled
    back, or change what is not replicated, so it is looked at again. Patience begins when the first pass is done.
    """
    rows, until = 0, float("inf")
    while True:
        for done in _one_pass(batch):
            rows += done
            progress(rows)
        until = min(until, time.monotonic() + patience)
        held = left()
        if not held or time.monotonic() >= until:
            return Repaired(rows=rows, held=held)
        time.sleep(LOOK_SECONDS)


def one(statement: str, params: dict[str, Any]) -> Any:
    """Return the one row that a statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone()


def _one_pass(batch: Batch) -> Iterator[int]:
    after: str | None = None
    while True:
        with _own_transaction():
            done, after = batch(after)
            wake_on_commit(connection.alias)
        yield done
        if after is None:
            return


@contextmanager
def _own_transaction() -> Iterator[None]:
    """Begin a transaction that is READ COMMITTED, whatever the database's default; inside another, a part of it."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute(queries.READ_COMMITTED)
        yield
