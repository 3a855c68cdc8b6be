"""What only the database can tell: `python -m master check --database`."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name for it
from django.db import DEFAULT_DB_ALIAS, connection

from master.outbox import queries
from master.outbox.batches import one
from master.outbox.checks import complaints_about, isolation_refused
from master.outbox.declare import Replicated, registry
from master.outbox.installed import Difference, Wrong, differences, installed_triggers, wanted_triggers
from master.outbox.repair import not_enrolled

_NUMBERS: dict[Wrong, str] = {"missing": "E006", "different": "E007", "disabled": "E008", "left over": "E009"}


@register(Tags.database)
def check_triggers(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Find triggers that are missing, are not as declared, are switched off, or are left over."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    return [_trigger_error(each) for each in differences(wanted_triggers(_sound()), installed_triggers())]


@register(Tags.database)
def check_enrolment(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Count the rows that no client has heard of; it reads every replicated table."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    there = set(connection.introspection.table_names())
    tables = [each for each in _sound() if {each.model._meta.db_table, "outbox_row"} <= there]  # else: E006
    return [_enrolment_warning(each, rows) for each in tables if (rows := not_enrolled(each.table))]


@register(Tags.database)
def check_default_isolation(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse a database whose transactions would fail because the publisher works beside them."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    (level,) = one(queries.DEFAULT_ISOLATION, {})
    if level in ("read committed", "read uncommitted"):
        return []
    remedy = "ALTER DATABASE … SET default_transaction_isolation = 'read committed', or the same of the role."
    return [isolation_refused("E005", f"default_transaction_isolation of the database is {level!r}", remedy)]


def _sound() -> list[Replicated]:
    """Return the declarations that have no errors of their own."""
    return [declared for declared in registry.values() if not complaints_about(declared)]


def _trigger_error(difference: Difference) -> CheckMessage:
    table, name = difference.place
    said = {
        "missing": "is missing: changes are not captured",
        "different": "is not as declared: it was installed for another declaration",
        "disabled": "is switched off: changes are not captured",
        "left over": "is left over: no @replicated declares it",
    }[difference.wrong]
    return Error(
        f"Trigger {name} of table {table} {said}.",
        hint=_remedy(difference),
        obj=difference.wanted.declared.model if difference.wanted else None,
        id=f"outbox.{_NUMBERS[difference.wrong]}",
    )


def _remedy(difference: Difference) -> str:
    table, name = difference.place
    if difference.wanted is None:
        return f"Run `python -m master makemigrations` and `migrate`; or DROP TRIGGER {name} ON {table}."
    declared, uri = difference.wanted.declared, difference.wanted.uri
    app = declared.model._meta.app_label
    mend = (
        f"Run `python -m master pgtrigger enable {uri}`."
        if difference.wrong == "disabled"
        else f"Run `python -m master makemigrations {app}` and `python -m master migrate {app}`; "
        f"where both have nothing to do, `python -m master pgtrigger install {uri}`."
    )
    return (
        f"{mend} For what was not captured meanwhile, then `enrol {declared.table}` and `republish {declared.table}`."
    )


def _enrolment_warning(declared: Replicated, rows: int) -> CheckMessage:
    return Warning(
        f"{rows:,} rows of {declared.table} are not in the outbox: no client hears of them until they change.",
        hint=f"Run `python -m master enrol {declared.table}`.",
        obj=declared.model,
        id="outbox.W001",
    )
