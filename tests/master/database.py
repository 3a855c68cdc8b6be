"""The test database seen through a second, real connection."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from django.db import connection, transaction

Connection = psycopg.Connection[Any]


@contextmanager
def another_connection(**options: Any) -> Iterator[Connection]:
    """Connect to the database of the test as somebody else; what is not committed is rolled back at the end."""
    settings = connection.settings_dict
    other: Connection = psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname=settings["NAME"],
        options="-c lock_timeout=2s -c timezone=UTC",
        **options,
    )
    try:
        yield other
    finally:
        other.close()


def value(other: Connection, query: str, *params: object) -> Any:
    """Return the one value that a query finds."""
    row = other.execute(query, params).fetchone()
    assert row is not None
    return row[0]


def sql(statement: str, *params: str) -> None:
    """Send a statement as raw SQL over Django's own connection."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)


class _RollBackError(Exception):
    """Ends a transaction that is meant to fail."""


@contextmanager
def rolled_back() -> Iterator[None]:
    """Do what the block does, and undo it."""
    with suppress(_RollBackError), transaction.atomic():
        yield
        raise _RollBackError
