"""Claim pending rows, and write down what became of them. Never waits for a row lock."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

import msgspec
from django.db import connection

from master.outbox import queries
from master.outbox.declare import registry
from wire.events import Change

CLAIM_ROWS = 500
LEASE_SECONDS = 60  # far above the time that a batch may take


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one rendered change."""

    change: Change
    error: str = ""
    refused: bool = False  # for what it holds
    pause: timedelta = timedelta()  # until it is due again


def due_count(limit: int) -> int:
    """Count the rows that could be claimed now, up to `limit`."""
    with connection.cursor() as cursor:
        cursor.execute(queries.DUE_COUNT, {"limit": limit, "tables": list(registry)})
        return int(cursor.fetchone()[0])


def claim(limit: int = CLAIM_ROWS) -> dict[str, list[str]]:
    """Lease up to `limit` pending rows; return their keys by table."""
    with connection.cursor() as cursor:
        cursor.execute(queries.CLAIM, {"limit": limit, "seconds": LEASE_SECONDS, "tables": list(registry)})
        keys: dict[str, list[str]] = defaultdict(list)
        for table, key in cursor.fetchall():
            keys[table].append(key)
    return keys


def write_accepted(verdicts: Sequence[Verdict]) -> None:
    """Raise `published` to the versions that SNS accepted."""
    _write(queries.ACCEPTED, verdicts)


def write_refused(verdicts: Sequence[Verdict]) -> None:
    """Keep the error of each change that SNS refused, and when to try again."""
    _write(queries.REFUSED, verdicts)


def write_postponed(verdicts: Sequence[Verdict]) -> None:
    """Give back what could not be sent for reasons of its surroundings."""
    _write(queries.POSTPONED, verdicts)


def _write(query: str, verdicts: Sequence[Verdict]) -> None:
    if not verdicts:
        return
    rows = [
        {
            "table": verdict.change.table,
            "key": verdict.change.key,
            "version": verdict.change.version,
            "error": verdict.error,
            "refused": verdict.refused,
            "pause": verdict.pause,  # as ISO 8601 has it, which PostgreSQL reads
        }
        for verdict in verdicts
    ]
    with connection.cursor() as cursor:
        cursor.execute(query, {"verdicts": msgspec.json.encode(rows).decode()})
