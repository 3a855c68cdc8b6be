"""The triggers that capture changes in the transaction that makes them.

Statement-level and AFTER: a bulk write is captured by one statement, and a version is given while the row's
lock is held, so that versions follow the order of commits, for one key and for the holders of one unique value.
"""

from typing import TYPE_CHECKING, Protocol

import pgtrigger
from django.db import connections
from django.db.models import Field, Model, Q
from django.db.models.sql import Query
from pgtrigger import compiler
from psycopg import sql

from master.outbox.trace import TRACEPARENT
from master.outbox.trigger_sql import CaptureSql

if TYPE_CHECKING:
    from collections.abc import Sequence

ALLOW_TRUNCATE = "reactive_tables.allow_truncate"  # set to `on` by tests, which empty their tables by TRUNCATE

_UPSERT = """\
INSERT INTO outbox_row
("table", "key", version, deleted, changed_at, published, due_at, attempts, error, traceparent)
SELECT {table}, c.key, nextval('outbox_version'), bool_and(c.gone), clock_timestamp(), 0, clock_timestamp(), 0, '',
{traceparent} FROM ({changes}) c GROUP BY c.key ORDER BY c.key
ON CONFLICT ("table", "key") DO UPDATE SET version = nextval('outbox_version'), deleted = excluded.deleted,
changed_at = excluded.changed_at, due_at = excluded.due_at, attempts = 0, error = '',
traceparent = excluded.traceparent;
RETURN NULL;"""

_INSERTED = "SELECT n.{key}::text AS key, false AS gone FROM new_rows n WHERE {matches}"

_DELETED = "SELECT o.{key}::text AS key, true AS gone FROM old_rows o WHERE {matches}"

# FULL JOIN is always a hash or a merge: a plan cached for one row still serves a hundred thousand.
_UPDATED = """\
SELECT v.key, v.gone FROM old_rows o FULL JOIN new_rows n ON o.{pk} = n.{pk}
CROSS JOIN LATERAL (VALUES
(o.{key}::text, true, ({old_matches}) IS TRUE AND (({new_matches}) IS NOT TRUE OR o.{key} IS DISTINCT FROM n.{key})),
(n.{key}::text, false, ({new_matches}) IS TRUE AND (({old_matches}) IS NOT TRUE
OR ({old_values}) IS DISTINCT FROM ({new_values})))) v (key, gone, counts) WHERE v.counts"""

_OLD, _NEW = "old_rows", "new_rows"


class Declaration(Protocol):
    """What the triggers need to know of a replicated table."""

    @property
    def table(self) -> str: ...
    @property
    def key_field(self) -> "Field[object, object]": ...
    @property
    def replicated_fields(self) -> "Sequence[Field[object, object]]": ...
    @property
    def only(self) -> Q: ...


class Capture(pgtrigger.Trigger):
    """Upsert an outbox row for every key whose replicated state a statement changed."""

    level = pgtrigger.Statement
    when = pgtrigger.After

    def __init__(self, declared: Declaration, operation: pgtrigger.Operation, old: str | None, new: str | None) -> None:
        self.declared = declared
        super().__init__(
            name=f"capture_{operation}".lower(),
            operation=operation,
            referencing=pgtrigger.Referencing(old=old, new=new),
        )

    def compile(self, model: type[Model]) -> compiler.Trigger:  # type: ignore[override]
        """Return what a migration installs."""
        compiled = super().compile(model)  # type: ignore[arg-type]
        return compiler.Trigger(name=compiled.name, sql=CaptureSql(**compiled.sql.kwargs))

    def get_func(self, model: type[Model]) -> str:  # type: ignore[override]
        """Return the body of the trigger's function."""
        table = sql.Literal(self.declared.table).as_string(None)
        return _UPSERT.format(table=table, changes=self._changes(model), traceparent=TRACEPARENT)

    def _changes(self, model: type[Model]) -> str:
        key = _name(self.declared.key_field.column)
        if self.operation == pgtrigger.Insert:
            matches = matching(model, self.declared.only, "n")
            return _INSERTED.format(key=key, matches=matches)
        if self.operation == pgtrigger.Delete:
            matches = matching(model, self.declared.only, "o")
            return _DELETED.format(key=key, matches=matches)
        columns = [self.declared.key_field.column, *(field.column for field in self.declared.replicated_fields)]
        return _UPDATED.format(
            pk=_name(model._meta.pk.column),
            key=key,
            old_matches=matching(model, self.declared.only, "o"),
            new_matches=matching(model, self.declared.only, "n"),
            old_values=", ".join(f"o.{_name(column)}" for column in columns),
            new_values=", ".join(f"n.{_name(column)}" for column in columns),
        )


class RefuseTruncate(pgtrigger.Trigger):
    """TRUNCATE names no rows, so nothing could be captured: refuse it."""

    name = "refuse_truncate"
    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Truncate

    def get_func(self, model: type[Model]) -> str:  # type: ignore[override]
        """Return the body of the trigger's function."""
        return (
            f"IF current_setting('{ALLOW_TRUNCATE}', true) IS DISTINCT FROM 'on' THEN "
            f"RAISE EXCEPTION 'TRUNCATE of the replicated table % is refused: it names no rows, so the clients would "
            f"keep them. Use DELETE.', TG_TABLE_NAME; END IF; RETURN NULL;"
        )


def capture_triggers(declared: Declaration) -> list[pgtrigger.Trigger]:
    """Return the triggers of one replicated table."""
    return [
        Capture(declared, pgtrigger.Insert, None, _NEW),
        Capture(declared, pgtrigger.Update, _OLD, _NEW),
        Capture(declared, pgtrigger.Delete, _OLD, None),
        RefuseTruncate(),
    ]


def matching(model: type[Model], only: Q, alias: str) -> str:
    """Return `only` as SQL over rows of the model's columns under an alias."""
    if not only:
        return f"{alias}.{_name(model._meta.pk.column)} IS NOT NULL"
    query = Query(model)
    connection = connections["default"]
    where = query.build_where(only).relabeled_clone({model._meta.db_table: alias})
    text, params = where.as_sql(query.get_compiler(connection=connection), connection)
    return text % tuple(sql.Literal(param).as_string(None) for param in params)


def _name(column: str | None) -> str:
    return sql.Identifier(str(column)).as_string(None)
