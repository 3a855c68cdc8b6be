"""Verify finds what differs, of each kind, and repairs it."""

import json
import logging
import time
from collections.abc import Sequence
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from prometheus_client import CollectorRegistry
from pytest_django import Settings

from client.celery import app
from client.pull import compare, verify
from client.pull.compare import Difference
from client.pull.errors import MasterUnreachableError
from client.pull.metrics import VerificationCollector
from client.pull.models import Verification
from client.pull.tasks import verify_all
from client.users.models import User
from tests.client.people import incoming, replicate, uid_of
from tests.client.pull.behind import behind_replication
from tests.client.pull.fake_master import FakeMaster
from tests.client.pull.users import row
from tests.client.replication.users import names, some, user

pytestmark = pytest.mark.django_db

PEOPLE = [f"user{number}" for number in range(40)]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "PAUSE_SECONDS", 0.0)


@pytest.fixture
def people(master: FakeMaster) -> list[str]:
    """Return the keys of forty users whom both sides have alike."""
    replicate(*(user(uid_of(name), number, name) for number, name in enumerate(PEOPLE, start=1)))
    for number, name in enumerate(PEOPLE, start=1):
        master.put(uid_of(name), row(name), number)
    return [uid_of(name) for name in PEOPLE]


def run(*options: str) -> tuple[int, str]:
    """Run the command; return its exit code and what it wrote."""
    out = StringIO()
    try:
        call_command("verify", "users", *options, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def spoil(master: FakeMaster, people: Sequence[str]) -> dict[str, str]:
    """Make one difference of each kind; return the keys by kind."""
    missing, stale, extra, edited, aside = people[:5]
    behind_replication("DELETE FROM users_user WHERE uid = %s", missing)
    behind_replication("DELETE FROM replication_applied_row WHERE key = %s", missing)
    master.put(stale, row("renamed on master"), 90)
    del master.rows[extra]
    behind_replication("UPDATE users_user SET email = 'new@example.org' WHERE uid = %s", edited)
    User.objects.create_user("of a local row")
    master.put(aside, row("of a local row"), 91)
    replicate(user(aside, 91, "of a local row"))
    return {"missing": missing, "stale": stale, "extra": extra, "edited": edited, "set aside": aside}


def test_equal_tables_are_equal(master: FakeMaster, people: Sequence[str]) -> None:
    User.objects.create_user("a local row is nobody's difference")
    replicate(incoming("gone"))
    replicate(incoming("gone", deleted=True))
    code, out = run()
    assert (code, "40 rows compared" in out, "equal" in out) == (0, True, True)
    assert len(master.asked) == 1


def test_values_of_every_script_are_summed_up_alike(master: FakeMaster) -> None:
    odd: dict[str, Any] = {"first_name": 'Zoë "\\ \n\t\x1f\x7f', "last_name": "李 🦊", "email": ""}
    replicate(user(uid_of("odd"), 1, "odd", **odd))
    master.put(uid_of("odd"), row("odd", **odd), 1)
    assert run()[0] == 0


def test_each_kind_is_told_with_its_key(master: FakeMaster, people: Sequence[str]) -> None:
    keys = spoil(master, people)
    shown: list[Difference] = []
    outcome = verify.verify("users", show=shown.append)
    assert {difference.kind: difference.key for difference in shown} == keys
    assert (len(shown), outcome.equal, outcome.compared) == (5, False, 39)
    held = Verification.objects.get(table="users")
    assert (held.missing, held.stale, held.extra, held.edited, held.set_aside, held.compared) == (1, 1, 1, 1, 1, 39)
    assert held.error == ""


def test_a_difference_is_a_metric(master: FakeMaster, people: Sequence[str]) -> None:
    def measured(name: str, **labels: str) -> float | None:
        registry = CollectorRegistry()
        registry.register(VerificationCollector())
        return registry.get_sample_value(name, {"table": "users", **labels})

    def stale() -> float | None:
        return measured("verify_differences", kind="stale")

    spoil(master, people)
    assert (stale(), measured("verify_finished_timestamp")) == (None, None)
    verify.verify("users")
    compared_at = measured("verify_finished_timestamp") or 0.0
    assert abs(compared_at - time.time()) < 60
    assert (stale(), measured("verify_differences", kind="set_aside")) == (1, 1)
    master.status = 503
    with pytest.raises(MasterUnreachableError):
        verify.verify("users")
    assert (stale(), measured("verify_finished_timestamp")) == (1, compared_at)  # nothing newer is known
    master.status = 200
    assert run("--repair")[0] == 1  # a command in a process of its own is enough to end an alert
    assert (stale(), measured("verify_differences", kind="set_aside")) == (0, 1)
    assert (measured("verify_finished_timestamp") or 0.0) > compared_at


def test_without_the_database_what_was_found_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**where: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(Verification.objects, "filter", away)
    assert list(VerificationCollector().collect()) == []


def test_repair_mends_all_but_what_a_local_row_stands_against(master: FakeMaster, people: Sequence[str]) -> None:
    keys = spoil(master, people)
    code, out = run("--repair")
    assert (code, "4 repaired, 1 left" in out, "rename or link it" in out) == (1, True, True)
    wanted = dict(zip(people, PEOPLE, strict=True))
    wanted |= {keys["stale"]: "renamed on master", keys["set aside"]: f"~{keys['set aside']}"}
    del wanted[keys["extra"]]
    assert names() == wanted
    assert not User.objects.filter(email="new@example.org").exists()
    User.objects.filter(username="of a local row").delete()
    assert run("--repair")[0] == 0
    assert (run()[0], names()[keys["set aside"]]) == (0, "of a local row")


def test_a_local_row_that_has_the_key_is_no_missing_one(master: FakeMaster, people: Sequence[str]) -> None:
    User.objects.create(uid=uid_of("twin"), username="twin")
    master.put(uid_of("twin"), row("twin"), 95)
    shown: list[Difference] = []
    verify.verify("users", mend=True, show=shown.append)
    assert [(each.kind, each.key) for each in shown] == [("set aside", uid_of("twin"))]


def test_what_arrives_between_the_two_looks_is_no_difference(
    master: FakeMaster, people: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    master.put(people[0], row("new name"), 90)
    monkeypatch.setattr(verify.time, "sleep", lambda seconds: replicate(user(people[0], 90, "new name")))
    assert verify.verify("users").equal


def test_what_moves_on_between_the_two_looks_is_under_way(
    master: FakeMaster, people: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    master.put(people[0], row("new name"), 90)
    monkeypatch.setattr(verify.time, "sleep", lambda seconds: master.put(people[0], row("newer name"), 91))
    assert verify.verify("users").equal


@pytest.mark.parametrize(("extra", "removed"), [(2, True), (3, False)])
def test_more_than_five_percent_stay_without_force(
    master: FakeMaster, people: Sequence[str], extra: int, removed: bool
) -> None:
    for key in people[:extra]:
        del master.rows[key]
    code, out = run("--repair")
    assert (code, len(names())) == ((0, 40 - extra) if removed else (1, 40))
    assert ("--force" in out) is not removed
    assert run("--repair", "--force")[0] == 0
    assert len(names()) == 40 - extra


def test_rows_that_are_too_many_hinder_no_other_repair(master: FakeMaster, people: Sequence[str]) -> None:
    for key in people[:10]:
        del master.rows[key]
    master.put(people[20], row("renamed"), 90)
    assert run("--repair")[0] == 1
    assert names()[people[20]] == "renamed"
    held = Verification.objects.get(table="users")
    assert (held.extra, held.stale) == (10, 0)


def test_a_row_that_this_client_cannot_hold_is_left_and_named(master: FakeMaster, people: Sequence[str]) -> None:
    master.put(people[0], row("x" * 151), 90)
    code, out = run("--repair")
    assert (code, f"not repaired: {people[0]}" in out) == (1, True)


def test_a_master_that_was_restored_is_suspected(master: FakeMaster, people: Sequence[str]) -> None:
    replicate(user(people[0], 500, "newer"), user(people[1], 501, "newer too"))
    del master.rows[people[1]]
    code, out = run("--repair", "--force")
    assert (code, "2 rows have a newer version here" in out, "advance_versions" in out) == (1, True, True)
    assert names()[people[0]] == "newer"


def test_many_rows_are_looked_at_in_portions(
    master: FakeMaster, people: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "SUSPECTS", 10)
    monkeypatch.setattr(verify, "portions", lambda buckets: compare.portions(buckets, rows=7))
    for number, key in enumerate(people[:30], start=100):
        master.put(key, row(f"name{number}"), number)
    code, out = run("--repair", "--verbose")
    assert (code, "30 stale" in out, out.count("stale: ")) == (0, True, 30)
    assert run()[0] == 0


def test_twenty_keys_of_a_kind_are_shown(master: FakeMaster, people: Sequence[str]) -> None:
    for number, key in enumerate(people[:30], start=100):
        master.put(key, row(f"name{number}"), number)
    out = run()[1]
    assert (out.count("stale: "), "which --verbose shows" in out) == (21, True)


def test_programs_read_lines_of_json(master: FakeMaster, people: Sequence[str]) -> None:
    keys = spoil(master, people)
    code, out = run("--json")
    *lines, end = map(json.loads, out.splitlines())
    assert {line["kind"]: line["key"] for line in lines} == keys
    assert (code, end["equal"], end["found"]["stale"], end["compared"]) == (1, False, 1, 39)


def test_fields_that_both_sides_have_are_compared(master: FakeMaster, people: Sequence[str]) -> None:
    master.fields = ("email", "username", "is_active", "a field of a newer master")
    replicate(some(people[0], 90, first_name="only here"))
    assert verify.verify("users").fields == ("username", "email", "is_active")
    assert verify.verify("users").equal


def test_a_master_that_fails_is_written_down(master: FakeMaster, caplog: pytest.LogCaptureFixture) -> None:
    master.status = 503
    with pytest.raises(MasterUnreachableError):
        verify.verify("users")
    assert "bad day" in Verification.objects.get(table="users").error
    with pytest.raises(CommandError, match="bad day"):
        run()


def test_every_table_is_verified_once_an_hour(
    master: FakeMaster, people: Sequence[str], caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    master.put(people[0], row("renamed"), 90)
    with caplog.at_level(logging.INFO):
        verify_all()
    verified = [record for record in caplog.records if record.message == "verified"]
    assert [(vars(record)["table"], vars(record)["stale"]) for record in verified] == [("users", 1)]
    assert set(Verification.objects.exclude(error="").values_list("table", flat=True)) == {"things", "labels"}
    assert names()[people[0]] == PEOPLE[0]
    entry = app.conf.beat_schedule["verify"]
    assert (entry["task"], entry["options"]["queue"]) == (verify_all.name, "slow")
    settings.MASTER_URL = ""
    verify_all()
    assert "verify left out" in caplog.text


def test_an_unknown_table_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(CommandError, match="users"):
        call_command("verify", "user")
