"""`save()` of a replicated row: the client's own columns only.

A form that loaded the row before a rename on master, and saves it after, would write the old name back.
"""

from collections.abc import Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from client.replication.models import AppliedRow

if TYPE_CHECKING:
    from client.replication.declare import Replica


def is_replicated(declared: "Replica", row: Model) -> bool:
    """Tell whether a row is a copy of master's: it has a key, and a guard."""
    key = getattr(row, declared.key)
    return key is not None and AppliedRow.objects.filter(table=declared.table, key=str(key)).exists()


def own_fields(declared: "Replica", row: Model) -> frozenset[str]:
    """Return the names of the client's own columns, as far as the row has loaded them."""
    theirs, not_loaded = {declared.key, *declared.fields}, row.get_deferred_fields()
    fields = [field for field in declared.model._meta.concrete_fields if not field.primary_key]
    return frozenset(field.name for field in fields if field.name not in theirs and field.attname not in not_loaded)


def keep_replicated_columns(declared: "Replica") -> None:
    """Make `save()` of the declared model leave the replicated columns of replicated rows out."""
    save = declared.model.save

    @wraps(save)
    def save_own_columns(row: Model, *args: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        if not row._state.adding and is_replicated(declared, row):
            own = own_fields(declared, row)
            update_fields = own if update_fields is None else own & set(update_fields)
        save(row, *args, update_fields=update_fields, **options)

    declared.model.save = save_own_columns  # type: ignore[assignment,method-assign]
