"""`@replicated`: say which rows and columns of a model leave master."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import pgtrigger
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Field, Model, Q

from master.outbox.triggers import capture_triggers


@dataclass(frozen=True, kw_only=True)
class Replicated:
    """A declared table."""

    table: str  # its name on the wire
    model: type[Model]
    key: str  # a unique field that never changes
    fields: tuple[str, ...]  # the allow-list: nothing else leaves
    only: Q  # rows that do not match are gone for the clients

    @property
    def key_field(self) -> "Field[object, object]":
        """The model's field that identifies a row on the wire."""
        return self.model._meta.get_field(self.key)  # type: ignore[return-value]

    @property
    def replicated_fields(self) -> "tuple[Field[object, object], ...]":
        """The model's fields that travel, in the declared order."""
        return tuple(self.model._meta.get_field(name) for name in self.fields)  # type: ignore[misc]


Declared = TypeVar("Declared", bound=type[Model])
registry: dict[str, Replicated] = {}


def replicated(table: str, *, key: str, fields: Iterable[str], only: Q | None = None) -> Callable[[Declared], Declared]:
    """Declare a model as replicated and register the triggers that capture its changes.

    `fields` is an allow-list of columns of the model's own table. `only` may use such columns alone. For a
    model of somebody else's app decorate a proxy of it, so that the migration lands in an app of yours.

    Raises ImproperlyConfigured when another model has the table's name already.
    """

    def declare(model: Declared) -> Declared:
        if table in registry:
            raise ImproperlyConfigured(
                f"The replicated table {table!r} is declared by {registry[table].model._meta.label} already. "
                f"Give {model._meta.label} another name."
            )
        declared = Replicated(table=table, model=model, key=key, fields=tuple(fields), only=only or Q())
        registry[table] = declared
        pgtrigger.register(*capture_triggers(declared))(model)
        return model

    return declare


def declared_for(model: type[Model]) -> Replicated | None:
    """Return the declaration of a model, of a proxy of it, or of a model that it extends."""
    tables = {parent._meta.concrete_model for parent in (model, *model._meta.get_parent_list())}
    return next((each for each in registry.values() if each.model._meta.concrete_model in tables), None)
