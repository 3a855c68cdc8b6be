"""Compare the triggers in the database with those that `@replicated` declares."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pgtrigger
from django.db import connection

from master.outbox import queries
from master.outbox.declare import Replicated
from master.outbox.triggers import Capture, RefuseTruncate

Place = tuple[str, str]  # the database's table, the trigger's name
Wrong = Literal["missing", "different", "disabled", "left over"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A trigger that a declaration wants."""

    declared: Replicated
    uri: str  # as django-pgtrigger's commands call it
    hash: str
    body: str  # of its function


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A trigger that the database has."""

    hash: str
    body: str
    enabled: bool


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Something wrong with one trigger."""

    place: Place
    wrong: Wrong
    wanted: Wanted | None  # None: left over


def differences(wanted: Mapping[Place, Wanted], installed: Mapping[Place, Installed]) -> Iterator[Difference]:
    """Yield what is wrong, by table and name; of one trigger only the worst."""
    for place in sorted({*wanted, *installed}):
        wish, found = wanted.get(place), installed.get(place)
        wrong = _wrong(wish, found)
        if wrong:
            yield Difference(place=place, wrong=wrong, wanted=wish)


def _wrong(wish: Wanted | None, found: Installed | None) -> Wrong | None:
    if wish is None:
        return "left over"
    if found is None:
        return "missing"
    if (found.hash, found.body) != (wish.hash, wish.body):  # a function can be replaced under its trigger
        return "different"
    return None if found.enabled else "disabled"


def wanted_triggers(tables: list[Replicated]) -> dict[Place, Wanted]:
    """Return what these declarations want."""
    by_model = {declared.model: declared for declared in tables}
    registered: Any = pgtrigger.registered()  # its types say models where classes of models are meant
    return {
        (model._meta.db_table, trigger.get_pgid(model)): _wanted(by_model[model], trigger)
        for model, trigger in registered
        if isinstance(trigger, Capture | RefuseTruncate) and model in by_model
    }


def _wanted(declared: Replicated, trigger: Any) -> Wanted:
    compiled = trigger.compile(declared.model)
    _, _, function = compiled.install_sql.rpartition("RETURNS TRIGGER AS $$")
    body, _, _ = function.partition("$$")
    return Wanted(declared=declared, uri=trigger.get_uri(declared.model), hash=compiled.hash, body=body)


def installed_triggers() -> dict[Place, Installed]:
    """Return what the database has; a trigger that fires only on a replica of the database counts as disabled."""
    with connection.cursor() as cursor:
        cursor.execute(queries.INSTALLED_TRIGGERS)
        return {
            (table, name): Installed(hash=comment, body=body, enabled=on)
            for table, name, comment, body, on in cursor.fetchall()
        }
