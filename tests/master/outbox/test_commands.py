"""What an operator reads, and the exit codes that scripts see."""

import json
import sys
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from master.outbox.management import telling
from master.outbox.management.commands import advance_versions
from master.outbox.models import OutboxRow
from master.outbox.publisher import publish_pending
from master.outbox.repair import Advanced, Repaired
from tests.master.database import sql
from tests.master.outbox.fakes import FakeSns
from tests.master.outbox.rows import capturing, name_of, row_of, version_of
from tests.master.people import made_user, made_users
from tests.master.starting import database_url_of_the_test, production, ran
from tests.master.things.models import Label

pytestmark = pytest.mark.django_db


def told(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_is_pending() -> None:
    assert told("outbox") == "nothing is pending\n"
    assert json.loads(told("outbox", "--json")) == {"tables": [], "rows": []}


def test_what_is_pending_is_shown_by_table_and_oldest_first(sns: FakeSns) -> None:
    bob, ada = made_user("bob"), made_user("ada")
    sns.guilty = ("bob",)
    publish_pending()
    Label.objects.create(slug="a").delete()
    now = timezone.now()
    OutboxRow.objects.filter(key=bob.uid).update(
        changed_at=now - timedelta(seconds=90), due_at=now + timedelta(minutes=5)
    )
    lines = told("outbox").splitlines()
    assert lines[0].startswith("labels: 1 pending, 0 with an error, the oldest since 20")
    assert lines[1].startswith("users: 1 pending, 1 with an error, the oldest since 20")
    assert f"  users/{bob.uid} version {version_of(bob)}, since " in lines[2]
    assert " (90 s), attempts 1, due in 300 s: " in lines[2]
    assert "InvalidParameter" in lines[2]
    assert lines[3].startswith("  labels/a version ")
    assert " (delete), since " in lines[3]
    assert lines[3].endswith("attempts 0, due now")
    assert str(ada.uid) not in "".join(lines)


def test_one_table_and_a_limit() -> None:
    made_users(5)
    Label.objects.create(slug="a")
    lines = told("outbox", "users", "--limit", "2").splitlines()
    assert lines[0].startswith("users: 5 pending")
    assert len(lines) == 4
    assert lines[-1] == "  … and 3 more: --limit 5"


def test_as_json_for_programs() -> None:
    ada = made_user()
    OutboxRow.objects.update(error="no \"way\" 'é'")
    shown = json.loads(told("outbox", "users", "--json"))
    row = row_of(ada)
    (table,) = shown["tables"]
    assert (table["table"], table["pending"], table["failing"]) == ("users", 1, 1)
    assert shown["rows"] == [
        {
            "table": "users",
            "key": str(ada.uid),
            "version": row.version,
            "published": 0,
            "deleted": False,
            "since": row.changed_at.isoformat().replace("+00:00", "Z"),
            "attempts": 0,
            "due": row.due_at.isoformat().replace("+00:00", "Z"),
            "error": "no \"way\" 'é'",
        }
    ]


def test_a_table_of_newer_code_is_shown_too() -> None:
    sql("INSERT INTO outbox_row SELECT 'unheard', 'of', nextval('outbox_version'), false, now(), 0, now(), 0, ''")
    assert told("outbox", "unheard").startswith("unheard: 1 pending")


@pytest.mark.parametrize("words", [("outbox", "people"), ("republish", "people"), ("enrol", "people")])
def test_an_unknown_table_is_refused_with_the_names_of_those_that_are_known(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=r"^'people' is not replicated.*groups, labels, things, users\.$"):
        told(*words)


@pytest.mark.parametrize("words", [("republish",), ("republish", "users", "--all")])
def test_what_is_to_be_sent_again_must_be_said(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="say --all for every table"):
        told(*words)


def test_republish_says_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    users = made_users(3)
    Label.objects.create(slug="a")
    with capturing() as captured:
        said = told("republish", "users", str(users[0].uid), str(users[2].uid))
    assert said == "users: 2 rows have a new version and are sent again\n"
    assert captured.keys() == {name_of(users[0]), name_of(users[2])}
    with capturing() as captured:
        said = told("republish", "--all")
    assert "labels: 1 rows have" in said
    assert "things: 0 rows have" in said
    assert len(captured) == 4


def test_of_many_rows_it_tells_while_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "EVERY_ROWS", 2)
    monkeypatch.setattr("master.outbox.repair.BATCH_ROWS", 1)
    made_users(5)
    assert told("republish", "users").splitlines()[:-1] == ["users: 2 rows so far", "users: 4 rows so far"]


def test_what_is_left_over_is_a_failure_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_is_held(*args: Any, **kwargs: Any) -> Repaired:
        return Repaired(rows=4, held=1)

    for command in ("republish", "enrol"):
        monkeypatch.setattr(f"master.outbox.management.commands.{command}.{command}", one_is_held)
        with pytest.raises(CommandError, match=f"1 rows were held .* run again: python -m master {command} users"):
            told(command, "users")


def test_enrol_says_how_many() -> None:
    made_users(3)
    OutboxRow.objects.all().delete()
    assert told("enrol", "users") == "users: 3 rows are new in the outbox and are sent\n"


@pytest.fixture
def advanced(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """Remember what would be advanced to; the sequence of the other tests stays."""
    asked: list[int | None] = []

    def advance(to: int | None = None, **kwargs: Any) -> Advanced:
        asked.append(to)
        return Advanced(version=7, rows=3)

    monkeypatch.setattr(advance_versions, "advance_versions", advance)
    return asked


@pytest.mark.parametrize(("answer", "done"), [("yes\n", True), ("y\n", False), ("\n", False), ("no\n", False)])
def test_on_a_terminal_it_asks_before_it_advances(
    monkeypatch: pytest.MonkeyPatch, advanced: list[int | None], answer: str, done: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    if done:
        assert told("advance_versions") == "versions begin above 7\n3 rows have a new version and are sent again\n"
    else:
        with pytest.raises(CommandError, match="Nothing was done"):
            told("advance_versions")
    assert advanced == ([None] if done else [])


@pytest.mark.parametrize(("stdin", "words"), [(Terminal(""), ("--yes", "--to", "9")), (StringIO(""), ("--to", "9"))])
def test_it_does_not_ask_when_told_so_or_when_nobody_is_there(
    monkeypatch: pytest.MonkeyPatch, advanced: list[int | None], stdin: StringIO, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    told("advance_versions", *words)
    assert advanced == [9]


def test_a_refusal_to_advance_is_a_sentence() -> None:
    with pytest.raises(CommandError, match="Versions cannot begin at 0: "):
        told("advance_versions", "--to", "0", "--yes")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("outbox",), 0, "nothing is pending"),
        (("republish", "--all"), 0, "users: 0 rows"),
        (("republish", "people"), 1, "CommandError: 'people' is not replicated."),
        (("republish", "users", "nobody"), 1, "CommandError: The outbox has no users with the key 'nobody'"),
        (("outbox", "--limit", "-1"), 2, "not a whole number"),
    ],
)
def test_exit_codes(words: tuple[str, ...], code: int, says: str) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.master.settings", "DATABASE_URL": database_url_of_the_test()}
    ended = ran("-m", "master", *words, env=production(**settings))
    assert (ended.returncode, says in ended.stdout + ended.stderr) == (code, True), ended.stderr
