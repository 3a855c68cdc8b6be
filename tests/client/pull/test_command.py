"""`python -m client backfill`, with a worker in a thread."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from pytest_django import Settings
from redis.exceptions import ConnectionError as NoRedisError

from client.pull import backfill, state, watching
from client.pull.management.commands import backfill as command
from client.pull.models import Backfill
from client.pull.state import begin
from client.replication.models import AppliedRow
from client.users.models import User
from tests.client.people import uid_of
from tests.client.pull.fake_master import TOKEN, FakeMaster
from tests.client.pull.users import put
from tests.client.replication.users import names
from tests.client.replication.workers import Workers, workers

pytestmark = pytest.mark.django_db(transaction=True)


class Terminal(StringIO):
    """Says that a person is looking."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "PAGE_ROWS", 10)
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.02)


@pytest.fixture
def group() -> Iterator[Workers]:
    with workers() as group:
        yield group


@pytest.fixture
def worker(group: Workers, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let tasks be done in a thread; return the tables that were asked for."""
    asked: list[str] = []

    def ask(table: str) -> None:
        asked.append(table)
        group.start(lambda: backfill.work(table))

    monkeypatch.setattr(watching, "ask", ask)
    return asked


def run(*options: str, out: StringIO | None = None) -> str:
    out = out or StringIO()
    call_command("backfill", "users", *options, stdout=out)
    return out.getvalue()


def test_it_shows_lines_and_a_sum(master: FakeMaster, worker: list[str]) -> None:
    put(master, *(f"user{number}" for number in range(35)))
    out = run()
    assert "users: 35 created, 0 updated, 0 already right, 0 refused" in out
    assert "35 rows in" in out
    assert "\x1b" not in out
    assert len(names()) == 35


def test_it_draws_a_bar_on_a_terminal(master: FakeMaster, worker: list[str]) -> None:
    put(master, *(f"user{number}" for number in range(35)))
    out = run("--rate", "100", out=Terminal())
    assert "\r\x1b[2K[" in out
    assert "users: 35 created" in out


def test_local_rows_are_linked_and_then_get_masters_values(master: FakeMaster, worker: list[str]) -> None:
    put(master, "ada", "bob", first_name="From Master")

    User.objects.create_user("ada", status="here")
    out = run("--match", "username", "--yes")
    assert "1 rows linked" in out
    assert "1 created, 1 updated" in out
    ada = User.objects.get(uid=uid_of("ada"))
    assert (ada.first_name, ada.status) == ("From Master", "here")


@pytest.mark.parametrize(("status", "word"), [(401, "refuses"), (503, "fails")])
def test_a_master_that_does_not_answer_ends_it_at_once(
    master: FakeMaster, worker: list[str], status: int, word: str
) -> None:
    master.status = status
    with pytest.raises(CommandError, match=rf"master.*{word}.*bad day"):
        run()
    assert worker == []


def test_a_master_that_refuses_later_ends_it_with_the_reason(master: FakeMaster, worker: list[str]) -> None:
    put(master, *(f"user{number}" for number in range(35)))
    master.before = lambda address: setattr(master, "status", 401 if "after" in address else 200)
    with pytest.raises(CommandError, match=r"bad day.*goes on where it was"):
        run()
    master.before = lambda address: setattr(master, "status", 200)
    out = run()
    assert "goes on after 10 rows" in out
    assert "35 created" in out


def test_without_redis_it_says_so(master: FakeMaster, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(table: str) -> None:
        raise NoRedisError("refused")

    monkeypatch.setattr(watching, "ask", fail)
    with pytest.raises(CommandError, match="Redis does not take the task"):
        run()


def test_refused_rows_are_no_success(master: FakeMaster, worker: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    put(master, "ada", "x" * 151)
    out = StringIO()
    with pytest.raises(CommandError, match=r"Refused.*: 1 of 2 rows.*log of worker-slow.*`row refused`"):
        run(out=out)
    assert "users: 1 created, 0 updated, 0 already right, 1 refused" in out.getvalue()
    assert names() == {uid_of("ada"): "ada"}


def test_without_this_clients_database_it_says_so(master: FakeMaster, settings: Settings) -> None:
    root = Path(__file__).resolve().parents[3]
    nowhere = {"DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none", "REDIS_URL": settings.REDIS_URL}
    nowhere["DJANGO_SETTINGS_MODULE"] = "client.settings"
    env = {**os.environ, **nowhere, "MASTER_URL": master.url, "SNAPSHOT_TOKEN": TOKEN}
    ended = subprocess.run(
        [sys.executable, "-m", "client", "backfill", "users"], env=env, cwd=root, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert "CommandError: This client's database does not do it: connection failed" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_ctrl_c_leaves_the_worker_at_work(
    master: FakeMaster, worker: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(watching.time, "sleep", interrupted)
    monkeypatch.setattr(watching, "ask", lambda table: None)
    put(master, "ada")
    assert "the worker goes on by itself" in run()
    assert Backfill.objects.get().finished_at is None


def test_a_run_that_nobody_works_on_is_asked_for_again(
    master: FakeMaster, worker: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(master, "ada")
    begin("users")
    Backfill.objects.update(moved_at=Now() - state.STALL * 2)
    monkeypatch.setattr(command, "begin", lambda table, **_: Backfill.objects.get())
    monkeypatch.setattr(command, "asked", lambda table: None)  # that task is lost
    out = run()
    assert "a worker is asked again" in out
    assert worker == ["users"]


def test_one_may_watch_what_is_at_work(master: FakeMaster, worker: list[str], group: Workers) -> None:
    put(master, *(f"user{number}" for number in range(35)))
    reached, go = threading.Event(), threading.Event()

    def hang(address: str) -> None:
        if "after" in address and not go.is_set():
            reached.set()
            go.wait(20)

    master.before = hang
    run_id = begin("users").run
    first = group.start(lambda: backfill.work("users"))
    assert reached.wait(20)
    second = group.start(run)
    while len(worker) < 1:
        assert not second.done()
    go.set()
    first.result(20)
    assert "at it already" in second.result(20)
    assert Backfill.objects.get().run == run_id
    assert AppliedRow.objects.count() == 35


def test_an_unknown_table_and_a_bad_rate_are_refused() -> None:
    with pytest.raises(CommandError, match="There are: labels, things, users"):
        call_command("backfill", "user")
    with pytest.raises(CommandError, match="whole number"):
        run("--rate", "0")
    with pytest.raises(CommandError, match="--match"):
        run("--yes")
