"""A wrong declaration stops the start, with a sentence that says what is wrong."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.checks import Error, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import models
from django.test.utils import isolate_apps

from client.replication.checks import check_declarations
from client.replication.declare import Replica


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Replica]]:
    """Give the declarations, only those that the test makes."""
    only: dict[str, Replica] = {}
    monkeypatch.setattr("client.replication.checks.replicas", only)
    with isolate_apps("tests.client.things"):
        yield only


def declare_lamps(
    declared: dict[str, Replica], fields: Sequence[str], on_delete: Any = "delete", **columns: Any
) -> None:
    """Declare a model of these columns, without the side effects of the decorator."""
    meta = type("Meta", (), {"app_label": "things", "constraints": columns.pop("constraints", [])})
    model = type("Lamp", (models.Model,), {"__module__": __name__, "Meta": meta, **columns})
    declared["lamps"] = Replica(
        table="lamps", model=model, key="uid", fields=tuple(fields), on_delete=on_delete, called="lamp"
    )


def unique_key() -> Any:
    return models.UUIDField(null=True, unique=True)


def errors() -> list[Error]:
    found = [message for message in check_declarations(None) if isinstance(message, Error)]
    assert all(message.hint for message in found)
    return found


def test_a_right_declaration_is_silent(declared: dict[str, Replica]) -> None:
    name, badge = models.CharField(max_length=37, unique=True), models.IntegerField(null=True, unique=True)
    declare_lamps(declared, ["name", "badge"], uid=unique_key(), name=name, badge=badge)
    assert errors() == []


WRONG: dict[str, tuple[str, str, list[str], str, dict[str, Any]]] = {
    "a field that is not there": ("E001", "has no field watt", ["watt"], "delete", {"uid": unique_key()}),
    "a key that is not there": ("E001", "has no field uid", [], "delete", {}),
    "a key that is not unique": ("E002", "key uid is not unique", [], "delete", {"uid": models.UUIDField(null=True)}),
    "deactivate without is_active": ("E003", "without is_active", [], "deactivate", {"uid": unique_key()}),
    "a unique number that cannot be NULL": (
        "E004",
        "unique badge is neither text nor nullable",
        ["badge"],
        "delete",
        {"uid": unique_key(), "badge": models.IntegerField(unique=True)},
    ),
    "a unique text that is too short": (
        "E005",
        "unique name is too short",
        ["name"],
        "delete",
        {"uid": unique_key(), "name": models.CharField(max_length=36, unique=True)},
    ),
    "a relation": (
        "E006",
        "group is a relation",
        ["group"],
        "delete",
        {"uid": unique_key(), "group": models.ForeignKey("auth.Group", models.CASCADE)},
    ),
    "a unique constraint over two fields": (
        "E007",
        "one_socket spans several values",
        ["room", "socket"],
        "delete",
        {
            "uid": unique_key(),
            "room": models.TextField(),
            "socket": models.TextField(),
            "constraints": [models.UniqueConstraint(fields=["room", "socket"], name="one_socket")],
        },
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_declaration_is_named(case: str, declared: dict[str, Replica]) -> None:
    number, sentence, fields, on_delete, columns = WRONG[case]
    declare_lamps(declared, fields, on_delete, **columns)
    (error,) = errors()
    assert error.id == f"replication.{number}"
    assert error.msg.startswith("@replica('lamps'): ")
    assert sentence in error.msg


def test_every_wrong_unique_field_is_named(declared: dict[str, Replica]) -> None:
    columns = {name: models.IntegerField(unique=True) for name in ("badge", "socket")}
    declare_lamps(declared, ["badge", "socket"], uid=unique_key(), **columns)
    assert [error.id for error in errors()] == ["replication.E004"] * 2


def test_a_wrong_declaration_stops_the_start(declared: dict[str, Replica]) -> None:
    declare_lamps(declared, ["watt"], uid=unique_key())
    with pytest.raises(SystemCheckError, match="has no field watt"):
        call_command("check")


def test_the_declarations_of_client_are_right() -> None:
    assert [message for message in run_checks() if (message.id or "").startswith("replication.")] == []
