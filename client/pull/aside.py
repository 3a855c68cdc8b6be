"""Which differences are no accident: a local row of this client has the place, or the value, of the replica."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection

from client.pull import queries
from client.pull.compare import Difference
from client.pull.master import pull
from client.replication.declare import Replica
from client.replication.queries import aside_value, statements


def told_apart(replica: Replica, differences: Sequence[Difference]) -> Iterator[Difference]:
    """Yield the differences, those of replicas that a local row stands against as `set aside`."""
    missing = [each.key for each in differences if each.kind == "missing"]
    edited = [each.key for each in differences if each.kind == "edited"]
    against = _held_locally(replica, replica.key, missing) | _set_aside(replica, edited)
    for each in differences:
        yield replace(each, kind="set aside") if each.key in against else each


def _set_aside(replica: Replica, keys: Sequence[str]) -> set[str]:
    """Return the keys of rows without a value of their own, which a local row has."""
    names = statements(replica.table).unique_fields
    suspects = {name: _without(replica, name, keys) for name in names}
    asked = sorted(set().union(*suspects.values()))
    rows = {change.key: change.row for change in pull(replica.table, asked).changes}
    return {key for name, suspected in suspects.items() for key in _clashing(replica, name, suspected, rows)}


def _without(replica: Replica, name: str, keys: Sequence[str]) -> set[str]:
    found = _read(queries.values_of(replica, name), replica, keys=list(keys)) if keys else []
    return {key for key, value in found if value == aside_value(replica, name, key)}


def _clashing(replica: Replica, name: str, keys: set[str], rows: dict[str, dict[str, Any]]) -> Iterator[str]:
    wanted = {key: rows[key][name] for key in keys if key in rows and rows[key].get(name) is not None}
    taken = _held_locally(replica, name, list(wanted.values()))
    return (key for key, value in wanted.items() if str(value) in taken)


def _held_locally(replica: Replica, name: str, values: Sequence[Any]) -> set[str]:
    found = _read(queries.unguarded(replica, name), replica, values=list(values)) if values else []
    return {value for (value,) in found}


def _read(statement: str, replica: Replica, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"table": replica.table, **params})
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
