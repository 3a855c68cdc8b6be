"""The trigger that keeps everybody but replication away from replicated columns."""

from collections.abc import Sequence

import pgtrigger
from django.db.models import Model
from psycopg import sql

APPLYING = "reactive_tables.applying"  # set to `on` by apply, for its transaction

_REFUSE = """\
IF EXISTS (SELECT FROM replication_applied_row g WHERE g."table" = {table} AND g."key" IN ({keys})) THEN
RAISE EXCEPTION 'This row of % is a copy of master''s: change or delete it there. Only columns of this client''s own \
may be written here.', TG_TABLE_NAME;
END IF;
RETURN {row};"""


_ROWS = {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}
_NOT_APPLYING = f"current_setting('{APPLYING}', true) IS DISTINCT FROM 'on'"


class RefuseForeignWrites(pgtrigger.Trigger):
    """Refuse writes to replicated columns of replicated rows, unless replication itself makes them."""

    level = pgtrigger.Row
    when = pgtrigger.Before

    def __init__(self, operation: pgtrigger.Operation, table: str, key: str, fields: Sequence[str]) -> None:
        self.table, self.key, self.fields = table, key, fields
        super().__init__(name=f"refuse_{operation}".lower(), operation=operation)

    def get_condition(self, model: type[Model]) -> pgtrigger.Condition:  # type: ignore[override]
        """Return what must hold for the function to be called at all: it costs replication nothing."""
        if self.operation != pgtrigger.Update:
            return pgtrigger.Condition(_NOT_APPLYING)
        columns = [_column(model, name) for name in (self.key, *self.fields)]
        differs = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
        return pgtrigger.Condition(f"({_NOT_APPLYING} AND ({differs}))")

    def get_func(self, model: type[Model]) -> str:  # type: ignore[override]
        """Return the body of the trigger's function."""
        rows = _ROWS[str(self.operation)]
        return _REFUSE.format(
            table=sql.Literal(self.table).as_string(None),
            keys=", ".join(f"{row}.{_column(model, self.key)}::text" for row in rows),
            row=rows[-1],
        )


def guarding_triggers(table: str, key: str, fields: Sequence[str]) -> list[pgtrigger.Trigger]:
    """Return the triggers of one replica table."""
    operations = (pgtrigger.Insert, pgtrigger.Update, pgtrigger.Delete)
    return [RefuseForeignWrites(operation, table, key, fields) for operation in operations]


def _column(model: type[Model], name: str) -> str:
    return sql.Identifier(str(getattr(model._meta.get_field(name), "column", None))).as_string(None)
