"""Any model is replicated by its declaration alone: other keys, other fields, somebody else's model."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured

from master.outbox.claim import claim
from master.outbox.declare import declared_for, replicated
from master.outbox.render import render
from master.users.models import User
from tests.master.outbox.rows import DELETE, UPSERT, capturing
from tests.master.things.models import Boxed, Label, SharedGroup, Thing

pytestmark = pytest.mark.django_db

MODELS = (User, Group, SharedGroup, Thing, Boxed, Permission)


def rendered(table: str) -> dict[str, Any]:
    """Return what is pending of a table as a client would read it; None stands for a `delete`."""
    changes = [each.change for each in render(table, claim().get(table, []))]
    return {each.key: None if each.row is msgspec.UNSET else msgspec.json.decode(each.row) for each in changes}


def test_a_row_keyed_by_a_number_travels_under_its_text() -> None:
    with capturing() as captured:
        Thing.objects.create(number=-7, name="seven")
    assert captured == {"things/-7": UPSERT}
    assert rendered("things")["-7"]["name"] == "seven"


def test_every_field_type_is_rendered_without_loss() -> None:
    Thing.objects.create(
        number=1,
        name="it's \\ \" % é 🚀 \U0001f469\u200d\U0001f680",
        price=Decimal("12345678.90"),
        made_at=datetime(2026, 11, 21, 8, 50, 0, 123456, tzinfo=timezone(timedelta(hours=1))),
        day=date(2026, 2, 28),
        notes={"a": [1, 2.5, None, True, "x"], "b": {}},
        weight=0.1,
    )
    assert rendered("things") == {
        "1": {
            "name": "it's \\ \" % é 🚀 \U0001f469\u200d\U0001f680",
            "price": "12345678.90",
            "made_at": "2026-11-21T07:50:00.123456Z",
            "day": "2026-02-28",
            "notes": {"a": [1, 2.5, None, True, "x"], "b": {}},
            "weight": 0.1,
        }
    }


def test_null_is_rendered_as_null() -> None:
    Thing.objects.create(number=1)
    assert rendered("things") == {
        "1": {"name": "", "price": None, "made_at": None, "day": None, "notes": None, "weight": None}
    }


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("price", None, Decimal("0.00")),
        ("price", Decimal("1.00"), None),
        ("made_at", None, datetime(2026, 1, 1, tzinfo=UTC)),
        ("notes", {"a": 1}, {"a": 2}),
        ("notes", {}, None),
        ("weight", 0.1, 0.2),
    ],
)
def test_a_change_to_or_from_null_counts_as_any_other(field: str, before: object, after: object) -> None:
    thing = Thing.objects.create(number=1, **{field: before})
    with capturing() as captured:
        setattr(thing, field, after)
        thing.save()
    assert captured == {"things/1": UPSERT}


def test_a_field_that_is_not_declared_costs_nothing_and_never_leaves() -> None:
    thing = Thing.objects.create(number=1, shelf="top secret")
    with capturing() as captured:
        thing.shelf = "other secret"
        thing.save()
    assert captured == {}
    assert "shelf" not in rendered("things")["1"]


def test_a_row_keyed_by_any_text() -> None:
    keys = {"a/b", "with 'quotes' and \"more\"", "{curly,}", "é 🚀", "NULL", "back\\slash", "%s %(x)s %%"}
    Label.objects.bulk_create(Label(slug=key, caption=key) for key in keys)
    assert {key: row["caption"] for key, row in rendered("labels").items()} == {key: key for key in keys}


def test_a_filter_with_quotes_and_percent_signs_hides_and_shows() -> None:
    with capturing() as captured:
        hidden = Label.objects.create(slug="hidden", caption="50% 'off' today")
        shown = Label.objects.create(slug="shown", caption="50% off")
    assert captured == {"labels/shown": UPSERT}
    with capturing() as captured:
        Label.objects.filter(pk=hidden.pk).update(caption="full price")
        Label.objects.filter(pk=shown.pk).update(caption="50% 'off'")
    assert captured == {"labels/hidden": UPSERT, "labels/shown": DELETE}
    assert rendered("labels") == {"hidden": {"caption": "full price", "thing": None}, "shown": None}


def test_a_foreign_key_travels_as_the_value_of_its_column() -> None:
    thing = Thing.objects.create(number=1)
    Label.objects.create(slug="a", thing=thing)
    assert rendered("labels")["a"]["thing"] == thing.pk


def test_what_a_cascade_deletes_is_captured() -> None:
    thing = Thing.objects.create(number=1)
    Label.objects.create(slug="a", thing=thing)
    with capturing() as captured:
        thing.delete()
    assert captured == {"things/1": DELETE, "labels/a": DELETE}
    assert rendered("labels") == {"a": None}


def test_a_model_of_somebody_else_is_replicated_whichever_class_writes_it() -> None:
    with capturing() as captured:
        group = Group.objects.create(name="editors")
        other = SharedGroup.objects.create(name="readers")
    assert captured == {f"groups/{group.pk}": UPSERT, f"groups/{other.pk}": UPSERT}
    assert rendered("groups") == {str(group.pk): {"name": "editors"}, str(other.pk): {"name": "readers"}}


def test_tables_share_one_claim_and_keep_apart() -> None:
    same = "1"
    Thing.objects.create(number=int(same))
    Label.objects.create(slug=same)
    assert claim() == {"things": [same], "labels": [same]}


def test_a_declaration_is_found_by_model_by_proxy_and_by_child() -> None:
    tables = {model: declared.table for model in MODELS if (declared := declared_for(model))}
    assert tables == {User: "users", Group: "groups", SharedGroup: "groups", Thing: "things", Boxed: "things"}


def test_one_name_on_the_wire_is_one_table() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"'users' is declared by users\.User already"):
        replicated("users", key="id", fields=("name",))(Group)
    declared = declared_for(User)
    assert declared is not None
    assert declared.model is User


def test_a_row_that_another_model_extends_is_captured() -> None:
    with capturing() as captured:
        boxed = Boxed.objects.create(number=1, name="boxed", size=3)
    assert captured == {"things/1": UPSERT}
    with capturing() as captured:
        Boxed.objects.update(size=4)
    assert captured == {}
    with capturing() as captured:
        boxed.delete()
    assert captured == {"things/1": DELETE}
