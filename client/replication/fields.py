"""The wire types of a model's fields."""

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from client.replication.declare import Replica, replicas
from wire.tables import Table

_TYPES: dict[str, Any] = {
    "BooleanField": bool,
    "CharField": str,
    "DateField": dt.date,
    "DateTimeField": dt.datetime,
    "DecimalField": Decimal,
    "EmailField": str,
    "FloatField": float,
    "GenericIPAddressField": str,
    "SlugField": str,
    "TextField": str,
    "TimeField": dt.time,
    "URLField": str,
    "UUIDField": UUID,
}


@cache
def wire_tables() -> dict[str, Table]:
    """Return what the wire must know of every declared table."""
    return {
        name: Table(name, {each: _wire_type(declared, each) for each in declared.fields})
        for name, declared in replicas.items()
    }


def _wire_type(replica: Replica, name: str) -> Any:
    field = replica.field(name)
    internal = field.get_internal_type()
    kind = _TYPES.get(internal, int if internal.endswith(("IntegerField", "AutoField")) else Any)
    return kind | None if field.null and kind is not Any else kind
