"""What SNS has not accepted yet, for people who want to know why."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from master.outbox import queries
from master.outbox.declare import registry


@dataclass(frozen=True, kw_only=True)
class PendingRow:
    """One object that is still to be sent."""

    table: str
    key: str
    version: int
    published: int  # the newest version that SNS has accepted; 0 for none
    deleted: bool
    since: datetime  # when it got this version
    attempts: int
    due: datetime  # when it is tried next
    error: str  # why it was not sent; empty if nothing was against it so far


@dataclass(frozen=True, kw_only=True)
class Total:
    """All that is pending of one table."""

    table: str
    pending: int
    failing: int  # those with an error
    since: datetime  # of the oldest
    due: datetime  # the next


def pending_rows(table: str | None = None, *, limit: int) -> list[PendingRow]:
    """Return pending rows, of one table or of all, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(queries.PENDING_ROWS, {"table": table, "limit": limit})
        names = ("table", "key", "version", "published", "deleted", "since", "attempts", "due", "error")
        return [PendingRow(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def pending_totals(table: str | None = None) -> list[Total]:
    """Return how much is pending, by table; tables of which nothing is are left out."""
    with connection.cursor() as cursor:
        cursor.execute(queries.PENDING_TOTALS, {"table": table})
        names = ("table", "pending", "failing", "since", "due")
        return [Total(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def known_tables() -> list[str]:
    """Return the tables that are declared here, and those that the outbox has rows of, by name."""
    with connection.cursor() as cursor:
        cursor.execute(queries.TABLES)
        return sorted({*registry, *(table for (table,) in cursor.fetchall())})
