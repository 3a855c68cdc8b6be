"""Wrong declarations stop the start."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldDoesNotExist
from django.db.models import UniqueConstraint

from client.replication.declare import Replica, replicas
from client.replication.queries import aside_value


@register()
def check_declarations(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check every `@replica` declaration."""
    return [message for declared in replicas.values() for message in _check(declared)]


def _check(replica: Replica) -> list[CheckMessage]:
    missing = [name for name in (replica.key, *replica.fields) if not _exists(replica, name)]
    if missing:
        return [_error("E001", replica, f"has no field {', '.join(missing)}", "Name fields of the model.")]
    if not replica.field(replica.key).unique:
        return [_error("E002", replica, f"key {replica.key} is not unique", "Add unique=True.")]
    if replica.on_delete == "deactivate" and "is_active" not in replica.fields:
        return [_error("E003", replica, "deactivates without is_active", "Replicate is_active, or delete.")]
    relations = [name for name in replica.fields if replica.field(name).is_relation]
    if relations:
        return [_error("E006", replica, f"{', '.join(relations)} is a relation", "Replicate a key as a plain field.")]
    if shared := _shared_constraints(replica):
        return [_error("E007", replica, f"{shared} spans several values", "Drop it here: master holds it already.")]
    return [
        message for name in replica.fields if replica.field(name).unique for message in _check_unique(replica, name)
    ]


def _shared_constraints(replica: Replica) -> str:
    """Name the unique constraints that changes in another order than on master could meet."""
    meta = replica.model._meta
    names = [
        constraint.name
        for constraint in meta.constraints
        if isinstance(constraint, UniqueConstraint)
        and (constraint.expressions or set(constraint.fields) & set(replica.fields))
    ]
    names += ["unique_together" for fields in meta.unique_together if set(fields) & set(replica.fields)]
    return ", ".join(names)


def _check_unique(replica: Replica, name: str) -> list[CheckMessage]:
    """A unique value must have a way to be set aside."""
    field = replica.field(name)
    aside = aside_value(replica, name, "")
    if aside is None and not field.null:
        return [_error("E004", replica, f"unique {name} is neither text nor nullable", "Add null=True.")]
    longest = field.max_length
    if aside is not None and longest is not None and longest < _ASIDE_LENGTH:
        return [_error("E005", replica, f"unique {name} is too short", f"Give it {_ASIDE_LENGTH} characters or more.")]
    return []


_ASIDE_LENGTH = 37  # of `~<uuid>`


def _exists(replica: Replica, name: str) -> bool:
    try:
        replica.field(name)
    except FieldDoesNotExist:
        return False
    return True


def _error(number: str, replica: Replica, wrong: str, remedy: str) -> Error:
    return Error(f"@replica({replica.table!r}): {wrong}.", hint=remedy, obj=replica.model, id=f"replication.{number}")
