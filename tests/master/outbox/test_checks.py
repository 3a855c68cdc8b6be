"""A wrong declaration stops the start, and says what to do."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db.models import Model, Q

from master.outbox.checks import check_declarations
from master.outbox.declare import Replicated, registry
from master.users.models import User
from tests.master.starting import production, ran
from tests.master.things.models import Boxed, Label, Thing


@pytest.fixture
def only_this(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the declarations of the project."""
    for table in list(registry):
        monkeypatch.delitem(registry, table)


def complaints(model: type[Model], key: str, fields: tuple[str, ...], only: Q | None = None) -> list[tuple[str, str]]:
    registry["wrong"] = Replicated(table="wrong", model=model, key=key, fields=fields, only=only or Q())
    try:
        return [(str(each.id), f"{each.msg} {each.hint}") for each in check_declarations(None)]
    finally:
        del registry["wrong"]


def test_the_declarations_of_the_project_are_in_order() -> None:
    assert len(registry) == 4
    assert check_declarations(None) == []


@pytest.mark.usefixtures("only_this")
@pytest.mark.parametrize(
    ("model", "key", "fields", "named"),
    [
        (User, "uid", ("username", "shoe_size"), "shoe_size"),
        (User, "uuid", ("username",), "uuid"),
        (User, "uid", ("groups",), "groups"),
        (User, "uid", ("is_anonymous",), "is_anonymous"),
        (User, "uid", ("logentry",), "logentry"),
        (Boxed, "number", ("size",), "number"),
        (Boxed, "thing_ptr", ("size", "name"), "name"),
        (Label, "slug", ("thing__name",), "thing__name"),
    ],
)
def test_a_field_without_a_column_in_the_models_own_table(
    model: type[Model], key: str, fields: tuple[str, ...], named: str
) -> None:
    assert complaints(model, key, fields) == [
        ("outbox.E001", f"@replicated('wrong'): has no column {named}. Name columns of the model's table.")
    ]


@pytest.mark.usefixtures("only_this")
def test_every_missing_column_is_named() -> None:
    ((_, sentence),) = complaints(User, "a", ("username", "b", "c"))
    assert "has no column a, b, c." in sentence


@pytest.mark.usefixtures("only_this")
@pytest.mark.parametrize(("model", "key"), [(User, "email"), (Label, "caption"), (Thing, "price")])
def test_a_key_that_is_not_unique(model: type[Model], key: str) -> None:
    assert complaints(model, key, ()) == [
        ("outbox.E002", f"@replicated('wrong'): key {key} is not unique. Use a unique field without NULL.")
    ]


@pytest.mark.usefixtures("only_this")
@pytest.mark.parametrize("key", ["uid", "id", "username"])
def test_any_unique_column_may_be_the_key(key: str) -> None:
    assert complaints(User, key, ("email",)) == []


@pytest.mark.usefixtures("only_this")
@pytest.mark.parametrize("only", [Q(thing__name="x"), Q(nothing=1), Q(thing__label__slug="x")])
def test_a_filter_that_needs_more_than_the_models_own_table(only: Q) -> None:
    ((number, sentence),) = complaints(Label, "slug", ("caption",), only)
    assert number == "outbox.E003"
    assert sentence.startswith("@replicated('wrong'): `only` cannot be used: ")
    assert sentence.endswith("Use fields of the model's own table.")


@pytest.mark.usefixtures("only_this")
@pytest.mark.parametrize("only", [Q(thing=1), Q(thing__isnull=True) | ~Q(caption=""), Q(slug__in=["a", "b"])])
def test_a_filter_over_the_models_own_columns(only: Q) -> None:
    assert complaints(Label, "slug", ("caption",), only) == []


def test_django_runs_these_checks() -> None:
    registry["wrong"] = Replicated(table="wrong", model=User, key="uid", fields=("nothing",), only=Q())
    try:
        assert "outbox.E001" in {each.id for each in run_checks()}
    finally:
        del registry["wrong"]


WRONG_MODELS = """
from django.db import models
from master.outbox.declare import replicated

@replicated("wrong", key="name", fields=("nothing",))
class Wrong(models.Model):
    name = models.CharField(max_length=10, unique=True)
"""


def test_a_project_with_a_wrong_declaration_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "__init__.py").touch()
    (tmp_path / "wrong" / "models.py").write_text(WRONG_MODELS)
    (tmp_path / "wrong" / "settings.py").write_text(
        "from master.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'wrong']\n"
    )
    ended = ran("-m", "master", "check", env=production(DJANGO_SETTINGS_MODULE="wrong.settings"), path=tmp_path)
    assert ended.returncode == 1
    assert "(outbox.E001) @replicated('wrong'): has no column nothing." in ended.stderr
