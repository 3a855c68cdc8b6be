"""Read the state of objects and write it as it travels. A row that cannot be written says why, and stops no other."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal

import msgspec
from django.db import connection
from psycopg import sql

from master.outbox import queries
from master.outbox.declare import Replicated, registry
from master.outbox.triggers import matching
from wire.events import Change

Convert = Callable[[Any], Any]

_row_encoder = msgspec.json.Encoder(enc_hook=str, decimal_format="string")


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one claimed object."""

    change: Change
    changed_at: datetime
    attempts: int  # claims of this version, this one included
    traceparent: str = ""  # of who made it
    error: str = ""  # why its row cannot be rendered: `change` has none then, and must not be sent


def render(table: str, keys: Sequence[str]) -> list[Rendered]:
    """Read version and state of objects in one statement; what master no longer has, or shows, is a `delete`."""
    declared = registry[table]
    with connection.cursor() as cursor:
        cursor.execute(_render_query(table), {"table": table, "keys": msgspec.json.encode(keys).decode()})
        return [_rendered(declared, *row) for row in cursor.fetchall()]


def change_of(
    declared: Replicated, key: str, version: int, present: bool, values: Sequence[object]
) -> tuple[Change, str]:
    """Return the change that tells an object's state, and an error if its row cannot be rendered."""
    row: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    error = ""
    if present:
        try:
            row = _row(declared, values)
        except Exception as reason:  # whatever one row holds, or its field's own code does: the others travel
            error = f"cannot be rendered: {reason}"
    op: Literal["upsert", "delete"] = "upsert" if present else "delete"
    return Change(table=declared.table, key=key, version=version, op=op, row=row), error


@cache
def parts(table: str) -> Mapping[str, str]:
    """Return what fills the blanks of a statement that joins a table's model as `m`: names, types, the filter.

    The filter's percent signs are doubled, for a statement that has parameters.
    """
    declared = registry[table]
    meta = declared.model._meta
    return {
        "pk": quoted(meta.pk.column),
        "key": quoted(declared.key_field.column),
        "key_type": str(declared.key_field.db_type(connection)),
        "model": quoted(meta.db_table),
        "columns": ", ".join(f"m.{quoted(field.column)}" for field in declared.replicated_fields),
        "matches": matching(declared.model, declared.only, "m").replace("%", "%%"),
    }


def quoted(name: str | None) -> str:
    """Return a name of a table or column as SQL writes it."""
    return sql.Identifier(str(name)).as_string(None)


def _rendered(
    declared: Replicated,
    key: str,
    version: int,
    attempts: int,
    changed_at: datetime,
    traceparent: str,
    present: bool,
    *values: object,
) -> Rendered:
    change, error = change_of(declared, key, version, present, values)
    return Rendered(change=change, changed_at=changed_at, attempts=attempts, traceparent=traceparent, error=error)


def _row(declared: Replicated, values: Sequence[object]) -> msgspec.Raw:
    row = dict(zip(declared.fields, values, strict=True))
    for name, convert in _converters(declared.table):
        row[name] = convert(row[name])
    return msgspec.Raw(_row_encoder.encode(row))


@cache
def _render_query(table: str) -> str:
    return queries.RENDER.format(**parts(table))


@cache
def _converters(table: str) -> tuple[tuple[str, Convert], ...]:
    """Return what turns a driver's value into Python's, as the ORM does on reading, of the fields that need it."""
    declared = registry[table]
    read = zip(declared.fields, declared.replicated_fields, strict=True)
    return tuple((name, _converter(field)) for name, field in read if field.get_db_converters(connection))


def _converter(field: Any) -> Convert:
    converters = field.get_db_converters(connection)

    def convert(value: object) -> object:
        for each in converters:
            value = each(value, field.cached_col, connection)
        return value

    return convert
