"""Statements of this room, each under its name."""

from dataclasses import dataclass

from django.db import connection
from psycopg import sql

from client.replication.declare import Replica
from wire.digests import bucket_sql, hexadecimal_sql, row_digest_sql

# One task at a time works on a table's back-fill; the lock goes with the session, so a killed worker gives it back.
LOCKS = 0x7274
TRY_LOCK = f"SELECT pg_try_advisory_lock({LOCKS}, hashtext(%(name)s))"
UNLOCK = f"SELECT pg_advisory_unlock({LOCKS}, hashtext(%(name)s))"
IS_LOCKED = f"""\
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = {LOCKS}
    AND objid = (hashtext(%(name)s)::bigint & 4294967295)::oid
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""


@dataclass(frozen=True)
class Sums:
    """The statements that sum up the actual rows of a replica's table, by some of its fields."""

    replica: Replica
    fields: tuple[str, ...]

    @property
    def buckets(self) -> str:
        """Sum up every bucket that has rows."""
        rows = f"SELECT {self._bucket} AS bucket, {self._digest} AS digest {self._counted}"
        return f"SELECT bucket, count(*), {hexadecimal_sql('bit_xor(digest)')} FROM ({rows}) r GROUP BY bucket"

    @property
    def rows(self) -> str:
        """Sum up each row of the buckets %(buckets)s."""
        return (
            f'SELECT g."key", g.version, {hexadecimal_sql(self._digest)} {self._counted} '
            f"AND {self._bucket} = ANY(%(buckets)s)"
        )

    @property
    def _counted(self) -> str:
        """Every row that has a guard; one that is deactivated stands for a row that is gone, as long as it is so."""
        there = ""
        if self.replica.on_delete == "deactivate":
            there = f" AND NOT (g.deleted AND NOT t.{_column(self.replica, 'is_active')})"
        key = _column(self.replica, self.replica.key)
        return (
            f"FROM {_table(self.replica)} t JOIN replication_applied_row g "
            f'ON g."table" = %(table)s AND g."key" = t.{key}::text{there} WHERE true'
        )

    @property
    def _bucket(self) -> str:
        return bucket_sql('g."key"').replace("%", "%%")

    @property
    def _digest(self) -> str:
        named = [(f"t.{_column(self.replica, name)}", _type(self.replica, name)) for name in self.fields]
        return row_digest_sql([('g."key"', "text"), *named])


def unguarded(replica: Replica, field: str) -> str:
    """Return the statement that finds which of %(values)s rows without a guard have; NULL is never one."""
    column = f"t.{_column(replica, field)}"
    return (
        f"SELECT {column}::text FROM {_table(replica)} t WHERE {column} = ANY(%(values)s::{_type(replica, field)}[]) "
        f'AND NOT EXISTS (SELECT FROM replication_applied_row g WHERE g."table" = %(table)s '
        f'AND g."key" = t.{_column(replica, replica.key)}::text)'
    )


def values_of(replica: Replica, field: str) -> str:
    """Return the statement that reads one field of the rows with %(keys)s."""
    key = f"t.{_column(replica, replica.key)}"
    return (
        f"SELECT {key}::text, t.{_column(replica, field)}::text FROM {_table(replica)} t "
        f"WHERE {key} = ANY(%(keys)s::{_type(replica, replica.key)}[])"
    )


def link(replica: Replica, field: str) -> str:
    """Return the statement that gives rows without a key theirs, if they still have the value that says so."""
    table, key, key_type = _table(replica), _column(replica, replica.key), _type(replica, replica.key)
    meta = replica.model._meta.pk
    pk, pk_type = sql.Identifier(str(meta.column)).as_string(None), meta.rel_db_type(connection)
    return (
        f'UPDATE {table} t SET {key} = b."key" '
        f'FROM unnest(%(pks)s::{pk_type}[], %(keys)s::{key_type}[], %(values)s::text[]) b (pk, "key", value) '
        f"WHERE t.{pk} = b.pk AND t.{key} IS NULL AND t.{_column(replica, field)}::text = b.value "
        f'AND NOT EXISTS (SELECT FROM {table} o WHERE o.{key} = b."key") RETURNING b."key"::text'
    )


def _table(replica: Replica) -> str:
    return sql.Identifier(replica.model._meta.db_table).as_string(None)


def _column(replica: Replica, name: str) -> str:
    return sql.Identifier(str(replica.field(name).column)).as_string(None)


def _type(replica: Replica, name: str) -> str:
    return str(replica.field(name).db_type(connection))
