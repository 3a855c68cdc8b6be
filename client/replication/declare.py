"""`@replica`: say which columns of a model are copies of master's."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import pgtrigger
from django.core.exceptions import ValidationError
from django.db.models import CharField, Field, IntegerField, Model, TextField, UUIDField

from client.replication.saving import keep_replicated_columns
from client.replication.triggers import guarding_triggers

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

OnDelete = Literal["delete", "deactivate"]
Declared = TypeVar("Declared", bound=type[Model])


@dataclass(frozen=True, kw_only=True)
class Replica:
    """A declared table."""

    table: str  # its name on the wire
    model: type[Model]
    key: str  # a unique field; NULL on local rows
    fields: tuple[str, ...]  # replicated; every other column is the client's own
    on_delete: OnDelete  # what becomes of the local row: `deactivate` clears `is_active`
    called: str  # what a row is called in the signal `<table>.changed`

    def field(self, name: str) -> "Field[Any, Any]":
        """Return a field of the model by its name."""
        return self.model._meta.get_field(name)  # type: ignore[return-value]

    def accepts_key(self, key: str) -> bool:
        """Tell whether a key is written as the database writes it: in two spellings it would be two objects."""
        field = self.field(self.key)
        if isinstance(field, CharField | TextField):
            return "\0" not in key and (field.max_length is None or len(key) <= field.max_length)
        if isinstance(field, UUIDField):
            return _UUID.fullmatch(key) is not None
        try:
            return not isinstance(field, IntegerField) or str(field.to_python(key)) == key
        except ValidationError:
            return False

    @property
    def signal(self) -> str:
        """The df_websockets signal that tells of changes."""
        return f"{self.table}.changed"


replicas: dict[str, Replica] = {}


def replica(
    table: str, *, key: str, fields: Iterable[str], on_delete: OnDelete, called: str = "row"
) -> Callable[[Declared], Declared]:
    """Declare a model as a copy of one of master's tables.

    From then on `save()` of a replicated row writes the client's own columns only, and a trigger refuses any
    write to the replicated ones that does not come from replication.
    """

    def declare(model: Declared) -> Declared:
        declared = Replica(table=table, model=model, key=key, fields=tuple(fields), on_delete=on_delete, called=called)
        replicas[table] = declared
        pgtrigger.register(*guarding_triggers(table, key, declared.fields))(model)
        keep_replicated_columns(declared)
        return model

    return declare
