"""Claim pending rows, render their state, and write down what became of them. Never waits for a row lock."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

import msgspec
from django.db import connection
from psycopg import sql

from master.outbox import queries
from master.outbox.declare import Replicated, registry
from master.outbox.triggers import matching
from wire.events import Change

CLAIM_ROWS = 500
LEASE_SECONDS = 60  # far above the time that a batch may take


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """The state of one claimed object."""

    change: Change
    changed_at: datetime
    attempts: int  # claims of this version, this one included
    error: str = ""  # why its row cannot be rendered: `change` has none then, and must not be sent


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of one rendered change."""

    change: Change
    error: str = ""
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


def render(table: str, keys: Sequence[str]) -> list[Rendered]:
    """Read version and state of objects in one statement; what master no longer has, or shows, is a `delete`."""
    declared = registry[table]
    with connection.cursor() as cursor:
        cursor.execute(_render_query(table), {"table": table, "keys": list(keys)})
        return [_rendered(declared, *row) for row in cursor.fetchall()]


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
    with connection.cursor() as cursor:
        cursor.execute(
            query,
            {
                "tables": [verdict.change.table for verdict in verdicts],
                "keys": [verdict.change.key for verdict in verdicts],
                "versions": [verdict.change.version for verdict in verdicts],
                "errors": [verdict.error for verdict in verdicts],
                "pauses": [verdict.pause for verdict in verdicts],
            },
        )


def _rendered(
    declared: Replicated, key: str, version: int, attempts: int, changed_at: datetime, present: bool, *values: object
) -> Rendered:
    row: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    reason = ""
    if present:
        try:
            row = _row(declared, values)
        except Exception as error:  # whatever one row holds, or its field's own code does: the others travel
            reason = f"cannot be rendered: {error}"
    op: Literal["upsert", "delete"] = "upsert" if present else "delete"
    change = Change(table=declared.table, key=key, version=version, op=op, row=row)
    return Rendered(change=change, changed_at=changed_at, attempts=attempts, error=reason)


def _row(declared: Replicated, values: Sequence[object]) -> msgspec.Raw:
    read = zip(declared.fields, _converters(declared.table), values, strict=True)
    return msgspec.Raw(_row_encoder.encode({name: convert(value) for name, convert, value in read}))


_row_encoder = msgspec.json.Encoder(enc_hook=str, decimal_format="string")


@cache
def _render_query(table: str) -> str:
    declared = registry[table]
    meta = declared.model._meta
    return queries.RENDER.format(
        pk=_name(meta.pk.column),
        key=_name(declared.key_field.column),
        key_type=declared.key_field.db_type(connection),
        model=_name(meta.db_table),
        columns=", ".join(f"m.{_name(field.column)}" for field in declared.replicated_fields),
        matches=matching(declared.model, declared.only, "m").replace("%", "%%"),
    )


@cache
def _converters(table: str) -> "tuple[Any, ...]":
    return tuple(_converter(field) for field in registry[table].replicated_fields)


def _converter(field: Any) -> Any:
    """Return what turns a driver's value of a field into Python's, as the ORM does on reading."""
    converters = field.get_db_converters(connection)

    def convert(value: object) -> object:
        for each in converters:
            value = each(value, field.cached_col, connection)
        return value

    return convert


def _name(column: str | None) -> str:
    return sql.Identifier(str(column)).as_string(None)
