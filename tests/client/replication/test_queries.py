"""Other keys, other types, other ways to go than those of users."""

import datetime as dt
from datetime import UTC
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from client.replication.fields import wire_tables
from tests.client.replication.things import apply_labels, apply_things, gone, held, thing
from tests.client.things.models import Label, Thing

pytestmark = pytest.mark.django_db

EVERY_TYPE: dict[str, Any] = {
    "name": "Zürich lamp",
    "badge": 7,
    "address": "2001:db8::1",
    "size": 12,
    "price": Decimal("12.50"),
    "weight": 1.25,
    "born": dt.date(2026, 11, 21),
    "at": dt.datetime(2026, 11, 21, 7, 50, 0, 123456, tzinfo=UTC),
    "rises": dt.time(6, 30),
    "batch": uuid4(),
    "extra": {"tags": ["a", "b"], "none": None},
    "lasts": dt.timedelta(days=1, seconds=5),
    "is_active": True,
}
NULLS = dict.fromkeys(("badge", "address", "weight", "born", "at", "rises", "batch", "extra", "lasts"))


def wired(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as it comes out of the wire."""
    sent = row | {"lasts": "1 day 00:00:05"} if row.get("lasts") else row
    return wire_tables()["things"].decode(msgspec.Raw(msgspec.json.encode(sent)))


def values(row: Thing) -> dict[str, Any]:
    return {name: getattr(row, name) for name in EVERY_TYPE}


def test_every_type_of_field_arrives_by_the_wire() -> None:
    apply_things(thing(1, 1, **wired(EVERY_TYPE)))
    assert values(held(1)) == EVERY_TYPE


def test_nothing_is_said_to_have_changed_when_the_same_row_comes_again() -> None:
    apply_things(thing(1, 1, **wired(EVERY_TYPE)))
    (change,) = apply_things(thing(1, 2, **wired(EVERY_TYPE))).changes
    assert set(change.changed) <= {"lasts"}  # sent as text, held as a duration: more than really changed does no harm


def test_what_is_told_again_is_what_was_told_first() -> None:
    (first,) = apply_things(thing(1, 1, **wired(EVERY_TYPE))).changes
    (again,) = apply_things(thing(1, 1, **wired(EVERY_TYPE))).changes
    assert first.row is not None
    assert again.row is not None
    assert again.row | {"lasts": ""} == first.row | {"lasts": ""}


def test_every_nullable_field_can_become_null() -> None:
    apply_things(thing(1, 1, **wired(EVERY_TYPE)), thing(2, 1, name="bare", **wired(NULLS)))
    apply_things(thing(1, 2, **wired(NULLS)))
    assert values(held(1)) == EVERY_TYPE | NULLS
    assert values(held(2)) == {"name": "bare", "size": 1, "price": 0, "is_active": True} | NULLS


def test_each_new_row_gets_defaults_of_its_own() -> None:
    apply_things(*(thing(code, 1, name=f"thing {code}") for code in range(1, 6)))
    rows = list(Thing.objects.all())
    assert len({row.token for row in rows}) == 5
    assert all(isinstance(row.token, UUID) for row in rows)
    assert all((row.shelf, row.labels, row.grade) == ("unsorted", [], 3) for row in rows)
    assert all(row.made_at for row in rows)


def test_an_update_leaves_the_clients_own_columns() -> None:
    apply_things(thing(1, 1, name="lamp"))
    Thing.objects.update(shelf="top", labels=["mine"])
    before = held(1)
    apply_things(thing(1, 2, name="light", size=3))
    after = held(1)
    assert (after.name, after.size) == ("light", 3)
    assert (after.shelf, after.labels, after.token, after.made_at) == ("top", ["mine"], before.token, before.made_at)


def test_a_deleted_thing_is_deactivated_for_local_data_hangs_on_it() -> None:
    apply_things(thing(1, 1, name="lamp", is_active=True))
    (change,) = apply_things(gone(1, 2)).changes
    assert (change.op, change.row) == ("delete", None)
    assert (held(1).is_active, held(1).name) == (False, "lamp")


def test_a_deactivated_thing_comes_back() -> None:
    apply_things(thing(1, 1, name="lamp", is_active=True))
    apply_things(gone(1, 2))
    assert apply_things(thing(1, 1, name="lamp", is_active=True)).ignored == 1
    assert not held(1).is_active
    apply_things(thing(1, 3, name="lamp", is_active=True))
    assert held(1).is_active


def test_a_deactivated_thing_gives_its_name_to_a_newer_one() -> None:
    apply_things(thing(1, 1, name="lamp"))
    apply_things(gone(1, 2), thing(2, 3, name="lamp"))
    assert (held(1).name, held(1).is_active, held(2).name) == ("~1", False, "lamp")


@pytest.mark.parametrize("field", ["badge", "address"])
def test_a_unique_field_that_is_no_text_is_set_aside_as_null(field: str) -> None:
    value = EVERY_TYPE[field]
    apply_things(thing(1, 1, name="one", **{field: value}))
    applied = apply_things(thing(2, 2, name="two", **{field: value}))
    assert (getattr(held(1), field), getattr(held(2), field)) == (None, value)
    assert applied.aside == 1
    apply_things(thing(3, 1, name="three", **{field: value}))
    assert getattr(held(3), field) is None


def test_any_number_of_rows_may_lack_a_unique_value() -> None:
    applied = apply_things(*(thing(code, 1, name=f"thing {code}", badge=None) for code in range(1, 4)))
    assert (len(applied.changes), applied.aside) == (3, 0)


def test_two_unique_fields_may_have_two_other_holders() -> None:
    apply_things(thing(1, 1, name="one", badge=1), thing(2, 2, name="two", badge=2))
    apply_things(thing(3, 3, name="one", badge=2))
    assert [(held(code).name, held(code).badge) for code in (1, 2, 3)] == [("~1", 1), ("two", None), ("one", 2)]


def test_the_key_may_be_the_primary_key() -> None:
    apply_labels(thing("red", 1, text="Red"), thing("blue", 2, text="Blue"))
    Label.objects.filter(slug="red").update(colour="#f00")
    apply_labels(thing("red", 3, text="Rot"), gone("blue", 4))
    assert list(Label.objects.values_list("slug", "text", "colour")) == [("red", "Rot", "#f00")]
