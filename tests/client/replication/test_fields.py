"""Fields have types on the wire."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from client.replication.fields import wire_tables


def decoded(table: str, **row: Any) -> dict[str, Any]:
    return wire_tables()[table].decode(msgspec.Raw(msgspec.json.encode(row)))


def test_every_declared_table_is_known_to_the_wire() -> None:
    assert set(wire_tables()) >= {"users", "things", "labels"}


def test_a_users_fields_are_taken_as_they_are() -> None:
    row = {"username": "ada", "first_name": "Ada", "last_name": "", "email": "a@example.org", "is_active": False}
    assert decoded("users", **row) == row


@pytest.mark.parametrize(
    ("field", "sent", "value"),
    [
        ("badge", 7, 7),
        ("badge", None, None),
        ("size", -3, -3),
        ("address", "10.0.0.1", "10.0.0.1"),
        ("price", "12.50", Decimal("12.50")),
        ("price", 12.5, Decimal("12.5")),
        ("weight", 2, 2.0),
        ("born", "2026-11-21", date(2026, 11, 21)),
        ("at", "2026-11-21T07:50:00.5+00:00", datetime(2026, 11, 21, 7, 50, 0, 500_000, tzinfo=UTC)),
        ("rises", "06:30:00", time(6, 30)),
        ("batch", "8ec5d38c-e51c-5c50-835c-5baa510d4616", UUID("8ec5d38c-e51c-5c50-835c-5baa510d4616")),
        ("extra", {"any": ["thing", None]}, {"any": ["thing", None]}),
        ("extra", None, None),
        ("lasts", "1 day", "1 day"),
        ("is_active", True, True),
    ],
)
def test_a_value_becomes_what_its_field_holds(field: str, sent: object, value: object) -> None:
    assert decoded("things", **{field: sent}) == {field: value}


@pytest.mark.parametrize(
    ("table", "field", "sent"),
    [
        ("users", "username", 5),
        ("users", "username", None),
        ("users", "is_active", "yes"),
        ("users", "is_active", 1),
        ("users", "is_active", None),
        ("things", "badge", "7"),
        ("things", "badge", 7.5),
        ("things", "size", None),
        ("things", "price", "cheap"),
        ("things", "price", None),
        ("things", "born", "yesterday"),
        ("things", "at", "2026-11-21"),
        ("things", "batch", "no-uuid"),
    ],
)
def test_a_value_of_a_wrong_type_is_refused_by_its_name(table: str, field: str, sent: object) -> None:
    with pytest.raises(msgspec.ValidationError, match=field):
        decoded(table, **{field: sent})


def test_fields_that_are_not_declared_are_left_out() -> None:
    assert decoded("users", username="ada", password="secret", is_staff=True, shoe_size=44) == {"username": "ada"}
