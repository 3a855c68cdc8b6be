"""What verify counts as repaired, and what it says when it cannot go on."""

from collections.abc import Callable, Sequence
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from pytest_django import Settings

from client.pull import repair as module
from client.pull import sides, verify
from client.pull.management.commands import verify as command
from client.pull.master import Pulled
from client.pull.models import Verification
from client.users.models import User
from tests.client.people import replicate, uid_of
from tests.client.pull.fake_master import FakeMaster
from tests.client.pull.users import row
from tests.client.replication.users import names, user

pytestmark = pytest.mark.django_db

BOB = uid_of("bob")


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "PAUSE_SECONDS", 0.0)


def run(*words: str) -> tuple[int, str]:
    """Run the command; return its exit code and what it wrote."""
    out = StringIO()
    try:
        call_command("verify", "users", *words, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.parametrize("held", [[], [user(BOB, 5, "bob")]])
def test_a_row_that_a_local_one_stands_against_is_not_repaired(master: FakeMaster, held: Sequence[object]) -> None:
    replicate(*held)  # type: ignore[arg-type]
    User.objects.create_user("local")
    master.put(BOB, row("local"), 9)
    for counted in ("0 repaired, 1 left", "1 set aside"):
        code, out = run("--repair")
        assert (code, counted in out, "rename or link it" in out) == (1, True, True)
        found = Verification.objects.get(table="users")
        assert (found.missing, found.stale, found.set_aside) == (0, 0, 1)


def after_the_answer(monkeypatch: pytest.MonkeyPatch, happen: Callable[[], object]) -> None:
    """Let something happen between master's answer and its apply."""
    asked = module.pull

    def pull(table: str, keys: Sequence[str]) -> Pulled:
        answer = asked(table, keys)
        happen()
        return answer

    monkeypatch.setattr(module, "pull", pull)


def test_a_live_change_that_comes_first_is_no_newer_version_than_masters(
    master: FakeMaster, monkeypatch: pytest.MonkeyPatch
) -> None:
    replicate(user(BOB, 5, "bob"))
    master.put(BOB, row("robert"), 9)

    def change() -> None:
        master.put(BOB, row("rob"), 10)
        replicate(user(BOB, 10, "rob"))

    after_the_answer(monkeypatch, change)
    code, out = run("--repair")
    assert (code, "1 repaired, 0 left" in out, "advance_versions" in out) == (0, True, False)
    assert names() == {BOB: "rob"}


def test_a_late_change_of_a_master_that_was_restored_is_ahead_still(
    master: FakeMaster, monkeypatch: pytest.MonkeyPatch
) -> None:
    replicate(user(BOB, 5, "bob"))
    master.put(BOB, row("robert"), 9)
    after_the_answer(monkeypatch, lambda: replicate(user(BOB, 50, "lost")))
    code, out = run("--repair")
    assert (code, "0 repaired, 1 left" in out, "advance_versions" in out) == (1, True, True)


def test_redis_that_is_away_is_said_before_anything_is_written(master: FakeMaster, settings: Settings) -> None:
    master.put(BOB, row("bob"), 9)
    settings.REDIS_URL = "redis://127.0.0.1:1"
    with pytest.raises(CommandError, match=r"Redis does not answer.*Run it again when it is there\.$"):
        run("--repair")
    assert names() == {}
    assert run()[0] == 1  # looking needs no Redis


def gone(*args: object, **kwargs: object) -> None:
    raise OperationalError("connection failed:\nConnection refused")


def test_a_database_that_is_away_is_said_in_a_sentence(master: FakeMaster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sides.Sides, "_read", gone)
    with pytest.raises(CommandError, match=r"database does not do it: connection failed: Connection refused\.$"):
        run()


@pytest.mark.django_db(transaction=True)
def test_who_watches_goes_on_when_the_database_is_back(master: FakeMaster, monkeypatch: pytest.MonkeyPatch) -> None:
    errors, looks = StringIO(), []
    read = sides.Sides._read

    def wait(seconds: float) -> None:
        looks.append(seconds)
        monkeypatch.setattr(sides.Sides, "_read", read)
        if len(looks) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(sides.Sides, "_read", gone)
    monkeypatch.setattr(command.time, "sleep", wait)
    out = StringIO()
    call_command("verify", "users", "--watch", "7.5", stdout=out, stderr=errors)
    assert (looks, "equal" in out.getvalue()) == ([7.5, 7.5], True)
    assert "cannot be verified" in errors.getvalue()


def test_an_interrupt_is_no_traceback_and_no_equality(master: FakeMaster, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "verify", interrupted)
    assert run()[0] == 1


@pytest.mark.parametrize("word", ["-1", "nan", "inf", "1e9", "soon"])
def test_a_time_that_nobody_can_wait_is_refused(word: str) -> None:
    with pytest.raises(CommandError, match="not a number of seconds"):
        run("--watch", word)
