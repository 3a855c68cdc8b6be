"""Every statement of apply, under its name, made once for each declared table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.db import connection
from django.db.models import Field
from psycopg import sql

from client.replication.declare import Replica, replicas
from client.replication.triggers import APPLYING

# Lists are sent as JSON, which both sides read and write in half the time of arrays.
_CHANGES = """jsonb_to_recordset(%(changes)s) b ("key" text, version bigint, deleted boolean)"""

# Lets this transaction write replicated columns, and makes a guard for every object seen for the first time, at the
# version that it will have: a row that is not there cannot be locked. Returns the keys of the new ones.
MAKE_GUARDS = f"""\
WITH applying AS (SELECT set_config('{APPLYING}', 'on', true))
INSERT INTO replication_applied_row ("table", "key", version, deleted, applied_at)
SELECT %(table)s, b."key", b.version, b.deleted, clock_timestamp()
FROM {_CHANGES}, applying
ORDER BY b."key" ON CONFLICT DO NOTHING RETURNING "key" """

# In the order of keys, so that two batches lock what they share in one order. Here and below OFFSET 0 has each row
# looked up by an index: hundreds of keys at once a planner would rather find by reading the whole table.
LOCK_GUARDS = """\
SELECT b."key", g.version, g.deleted FROM (SELECT jsonb_array_elements_text(%(keys)s) ORDER BY 1) b ("key")
CROSS JOIN LATERAL (
    SELECT version, deleted FROM replication_applied_row
    WHERE "table" = %(table)s AND "key" = b."key" OFFSET 0 FOR UPDATE) g"""

RAISE_GUARDS = f"""\
WITH held AS MATERIALIZED (
    SELECT g.ctid, b.version, b.deleted
    FROM {_CHANGES}
    CROSS JOIN LATERAL (
        SELECT ctid FROM replication_applied_row WHERE "table" = %(table)s AND "key" = b."key" OFFSET 0) g)
UPDATE replication_applied_row g SET version = held.version, deleted = held.deleted, applied_at = clock_timestamp()
FROM held WHERE g.ctid = ANY(ARRAY(SELECT ctid FROM held)) AND g.ctid = held.ctid"""

DROP_GUARDS = """DELETE FROM replication_applied_row WHERE "table" = %(table)s AND "key" = ANY(%(keys)s)"""


@dataclass(frozen=True)
class Statements:
    """The statements that name a replica's own table and columns."""

    replica: Replica

    @cached_property
    def unique_fields(self) -> tuple[str, ...]:
        """Replicated fields whose values no two rows may share."""
        return tuple(name for name in self.replica.fields if self.replica.field(name).unique)

    @cached_property
    def holders(self) -> str:
        """Find the keys, or NULL, of rows that hold one of the incoming unique values, or a key of a new object.

        %(new)s is the list of new keys, %(unique_<field>)s that of each unique field's values.
        """
        return f"SELECT {self._key}::text FROM {self._table} {self._found_by('new')}"

    @cached_property
    def rows(self) -> str:
        """Read the rows of a batch, by %(keys)s, and those that hold one of its unique values."""
        columns = ", ".join(_name(self.replica.field(name)) for name in self.replica.fields)
        return f"SELECT {self._key}::text, {columns} FROM {self._table} {self._found_by('keys')}"

    def held(self, values: Sequence[Any]) -> dict[str, Any]:
        """Return a row of `rows`, without its key, by field names; JSON is read."""
        read = zip(self._readers, values, strict=True)
        return {name: convert(value) if convert else value for (name, convert), value in read}

    @cached_property
    def _readers(self) -> list[tuple[str, Callable[[Any], Any] | None]]:
        """Return each field's name, and what turns a driver's value into Python's where that is needed."""
        return [(name, _reader(self.replica.field(name))) for name in self.replica.fields]

    @cached_property
    def deactivate(self) -> str:
        """Clear `is_active` of the rows that master deleted."""
        active = _name(self.replica.field("is_active"))
        return f"UPDATE {self._table} SET {active} = false WHERE {self._key} = ANY(%(keys)s::{self._key_type}[])"

    def set_aside(self, field: str) -> str:
        """Give rows a value of one unique field that nobody claims: `~<key>`, or NULL where that does not fit."""
        column = _name(self.replica.field(field))
        value = f"'~' || {self._key}::text" if aside_value(self.replica, field, "") is not None else "NULL"
        return f"UPDATE {self._table} SET {column} = {value} WHERE {self._key} = ANY(%(keys)s::{self._key_type}[])"

    @cache  # noqa: B019 - one instance for each declared table, for the life of the process
    def upsert(self, fields: tuple[str, ...]) -> str:
        """Write records that carry these fields; new ones get the model's defaults elsewhere (%(own_<field>)s)."""
        sent = [_name(self.replica.field(name)) for name in fields]
        records = [self.replica.field(self.replica.key), *map(self.replica.field, fields), *self._varying(fields)]
        typed = ", ".join(f"{_name(field)} {field.db_type(connection)}" for field in records)
        own = self._constant(fields)
        names = ", ".join(_name(field) for field in (*records, *own))
        values = ", ".join([*(f"b.{_name(field)}" for field in records), *(f"%(own_{field.name})s" for field in own)])
        held, new = (", ".join(f"{row}.{name}" for name in sent) for row in ("held", "excluded"))
        assigned = ", ".join(f"{name} = excluded.{name}" for name in sent)
        update = f"UPDATE SET {assigned} WHERE ({held}) IS DISTINCT FROM ({new})" if sent else "NOTHING"
        return (
            f"INSERT INTO {self._table} AS held ({names}) SELECT {values} "
            f"FROM jsonb_to_recordset(%(rows)s) b ({typed}) ON CONFLICT ({self._key}) DO {update}"
        )

    def record(self, key: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row by columns, with the defaults that each new row has to have for itself."""
        columns = self._columns
        sent = {columns[self.replica.key]: key} | {columns[name]: value for name, value in row.items()}
        varying = self._varying(tuple(row))
        return sent | {str(field.column): field.get_prep_value(field.get_default()) for field in varying}

    @cached_property
    def _columns(self) -> dict[str, str]:
        names = (self.replica.key, *self.replica.fields)
        return {name: str(self.replica.field(name).column) for name in names}

    def own_values(self, sent: tuple[str, ...]) -> dict[str, Any]:
        """Return the values that are the same for all new rows, where no message brings one."""
        blank = self.replica.model()
        return {
            f"own_{field.name}": field.get_db_prep_save(field.pre_save(blank, add=True), connection)
            for field in self._constant(sent)
        }

    @cache  # noqa: B019
    def _varying(self, sent: tuple[str, ...]) -> "tuple[Field[Any, Any], ...]":
        """Return the fields whose default is made anew for each row."""
        return tuple(field for field in self._own(sent) if _varies(field))

    def _constant(self, sent: tuple[str, ...]) -> "list[Field[Any, Any]]":
        return [field for field in self._own(sent) if not _varies(field)]

    def _own(self, sent: tuple[str, ...]) -> "list[Field[Any, Any]]":
        """Return the fields of a new row that no message brings and that the database does not fill."""
        brought = {self.replica.key, *sent}
        return [
            field
            for field in self.replica.model._meta.concrete_fields
            if field.name not in brought and not field.generated and not field.db_returning
        ]

    @property
    def _table(self) -> str:
        return sql.Identifier(self.replica.model._meta.db_table).as_string(None)

    @property
    def _key(self) -> str:
        return _name(self.replica.field(self.replica.key))

    @property
    def _key_type(self) -> str:
        return str(self.replica.field(self.replica.key).db_type(connection))

    def _found_by(self, keys: str) -> str:
        """Return the filter for rows that have one of these keys, or one of the incoming unique values."""
        lists = {self.replica.key: keys} | {name: f"unique_{name}" for name in self.unique_fields}
        found = " UNION ALL ".join(self._places(self.replica.field(field), name) for field, name in lists.items())
        return f"WHERE ctid = ANY(ARRAY({found}))"

    def _places(self, field: "Field[Any, Any]", values: str) -> str:
        kind = "text" if _is_text(field) else field.db_type(connection)  # nor is a text cut to the column's length
        return (
            f"SELECT f.place FROM jsonb_array_elements_text(%({values})s) b (value) CROSS JOIN LATERAL "
            f"(SELECT ctid AS place FROM {self._table} WHERE {_name(field)} = b.value::{kind} OFFSET 0) f"
        )


@cache
def statements(table: str) -> Statements:
    """Return the statements of a declared table."""
    return Statements(replicas[table])


def aside_value(replica: Replica, field: str, key: str) -> str | None:
    """Return the value that a row has while another one rightly holds its own; None is NULL."""
    declared = replica.field(field)
    return f"~{key}" if _is_text(declared) and not declared.null else None


def _is_text(field: "Field[Any, Any]") -> bool:
    return field.get_internal_type() in {"CharField", "TextField", "EmailField", "SlugField"}


def _reader(field: "Field[Any, Any]") -> Callable[[Any], Any] | None:
    convert = getattr(field, "from_db_value", None)
    return (lambda value: convert(value, None, connection)) if convert else None


def _varies(field: "Field[Any, Any]") -> bool:
    return field.has_default() and callable(field.default)


def _name(field: "Field[Any, Any]") -> str:
    return sql.Identifier(str(field.column)).as_string(None)
