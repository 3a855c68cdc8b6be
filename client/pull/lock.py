"""A lock that only one task in the whole client holds, and that dies with its session."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection

from client.pull import queries


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Tell the block whether it has the lock; it never waits for it."""
    locked = _ask(queries.TRY_LOCK, name)
    try:
        yield locked
    finally:
        if locked:
            with suppress(Error):  # the session is gone, and the lock with it
                _ask(queries.UNLOCK, name)


def is_held(name: str) -> bool:
    """Tell whether anybody has the lock."""
    return _ask(queries.IS_LOCKED, name)


def _ask(statement: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"name": name})
        return bool(cursor.fetchone()[0])
