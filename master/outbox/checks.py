"""Wrong declarations, and a wrong isolation of transactions, stop the start."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import IsolationLevel

from master.outbox.declare import Replicated, registry
from master.outbox.triggers import matching


@register()
def check_declarations(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check every `@replicated` declaration."""
    return [message for declared in registry.values() for message in complaints_about(declared)]


@register()
def check_isolation(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check the isolation level that the settings choose."""
    level = connections.settings[DEFAULT_DB_ALIAS]["OPTIONS"].get("isolation_level")
    if level not in (IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE):
        return []
    remedy = "Leave isolation_level out of OPTIONS; choose another level for single transactions that need it."
    name = IsolationLevel(level).name.lower().replace("_", " ")
    return [isolation_refused("E004", f"OPTIONS['isolation_level'] of DATABASES is {name!r}", remedy)]


def isolation_refused(number: str, wrong: str, remedy: str) -> Error:
    """Return why savers must be READ COMMITTED."""
    return Error(
        f"{wrong}: a save would fail with a serialization failure when the publisher notes beside it that an "
        "earlier version of the same row was sent.",
        hint=remedy,
        id=f"outbox.{number}",
    )


def complaints_about(declared: Replicated) -> list[CheckMessage]:
    """Return what is wrong with one declaration."""
    missing = [name for name in (declared.key, *declared.fields) if not _is_own_column(declared, name)]
    if missing:
        return [_error("E001", declared, f"has no column {', '.join(missing)}", "Name columns of the model's table.")]
    if not declared.key_field.unique or declared.key_field.null:
        return [_error("E002", declared, f"key {declared.key} is not unique", "Use a unique field without NULL.")]
    try:
        matching(declared.model, declared.only, "n")
    except FieldError as error:
        return [_error("E003", declared, f"`only` cannot be used: {error}", "Use fields of the model's own table.")]
    return []


def _is_own_column(declared: Replicated, name: str) -> bool:
    try:
        field = declared.model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    concrete = declared.model._meta.concrete_model
    return getattr(field, "column", None) is not None and concrete is not None and field in concrete._meta.local_fields


def _error(number: str, declared: Replicated, wrong: str, remedy: str) -> Error:
    return Error(f"@replicated({declared.table!r}): {wrong}.", hint=remedy, obj=declared.model, id=f"outbox.{number}")
