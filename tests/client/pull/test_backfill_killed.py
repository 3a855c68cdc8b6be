"""A worker that is killed in the middle of a back-fill loses nothing, and nobody begins anew because of it."""

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from client.pull import backfill
from client.pull.backfill import work
from client.pull.lock import alone, is_held
from client.pull.models import Backfill
from client.pull.state import begin, lock_name
from client.replication.announce import rows_applied
from stack.waiting import wait_until
from tests.client.people import uid_of
from tests.client.pull.fake_master import TOKEN, FakeMaster
from tests.client.pull.users import put, row
from tests.client.replication.listening import listening
from tests.client.replication.users import names
from tests.client.replication.workers import workers

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
WORKER = """\
import django
django.setup()
from client.pull import backfill
backfill.PAGE_ROWS = 10
{arrange}
backfill.work("users", seconds=60)
"""
DIES_BEFORE_TELLING = """\
import os, signal, itertools
told = itertools.count(1)
announce = backfill.announce
def die_or_announce(replica, changes):
    if next(told) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    announce(replica, changes)
backfill.announce = die_or_announce
"""


@contextmanager
def worker(master: FakeMaster, settings: Settings, arrange: str = "") -> "Iterator[subprocess.Popen[bytes]]":
    """Work in another process, on the same database."""
    at = connection.settings_dict
    address = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    redis = {"REDIS_URL": settings.REDIS_URL, "PYTHONPATH": str(ROOT)}
    env = {**os.environ, **redis, "DATABASE_URL": address, "MASTER_URL": master.url, "SNAPSHOT_TOKEN": TOKEN}
    argv = [sys.executable, "-W", "ignore", "-c", WORKER.format(arrange=arrange)]
    with subprocess.Popen(argv, env=env, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "PAGE_ROWS", 10)


def finish(master: FakeMaster, rate: int | None = None, seconds: float = 10.0) -> list[str]:
    """Go on with the run; return what is told."""
    assert wait_until(lambda: not is_held(lock_name("users")), seconds=20)
    told: list[str] = []
    master.asked.clear()
    begin("users", rate=rate)
    with listening(lambda sender, changes, **_: told.extend(change.key for change in changes), rows_applied):
        while work("users", seconds):
            pass
    return told


class DiedError(Exception):
    """Stands for the end of a worker."""


@pytest.fixture
def keys(master: FakeMaster, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the keys of 40 rows; the second page of ten is applied, and its worker ended before it was told."""
    keys = sorted(put(master, *(f"user{number}" for number in range(40))))
    pages = itertools.count(1)

    def announce(*_: object) -> None:
        if next(pages) == 2:
            raise DiedError

    begin("users")
    with monkeypatch.context() as patched:
        patched.setattr(backfill, "announce", announce)
        with pytest.raises(DiedError):
            work("users")
    state = Backfill.objects.get()
    assert (state.told, state.position) == (keys[9], keys[19])
    return keys


def counts() -> tuple[int, int, int, int]:
    state = Backfill.objects.get()
    assert state.is_complete
    assert state.finished_at
    return state.created, state.updated, state.right, state.done


def test_it_goes_on_at_the_page_that_was_reached(master: FakeMaster, settings: Settings) -> None:
    keys = sorted(put(master, *(f"user{number}" for number in range(60))))
    reached, go = threading.Event(), threading.Event()

    def hang_at_the_fourth_page(address: str) -> None:
        if keys[29] in address and not go.is_set():
            reached.set()
            go.wait(30)

    master.before = hang_at_the_fourth_page
    run = begin("users").run
    with worker(master, settings) as process:
        assert reached.wait(30)
        assert wait_until(lambda: Backfill.objects.get().done == 30, seconds=20)
        process.send_signal(signal.SIGKILL)
    go.set()
    told = finish(master)
    assert keys[19] in master.asked[1]  # the page of which nobody had written down that it was told
    assert sorted(told) == keys[20:]
    state = Backfill.objects.get()
    assert (state.run, state.created, state.right, state.done) == (run, 60, 0, 60)
    assert len(names()) == 60


def test_what_was_committed_and_not_told_is_told_then(master: FakeMaster, settings: Settings) -> None:
    keys = sorted(put(master, *(f"user{number}" for number in range(30))))
    begin("users")
    with worker(master, settings, DIES_BEFORE_TELLING) as process:
        assert process.wait(60) == -signal.SIGKILL
    state = Backfill.objects.get()
    assert (state.done, state.told, state.finished_at) == (30, keys[19], None)
    assert sorted(finish(master)) == keys[20:]
    state = Backfill.objects.get()
    assert (state.created, state.done, state.finished_at is not None) == (30, 30, True)


def test_the_rows_told_again_end_where_they_ended_whatever_master_has_by_now(
    master: FakeMaster, keys: list[str]
) -> None:
    """A row among them is gone and another is changed; between them is a new one."""
    del master.rows[keys[15]]
    master.put(keys[12], row("renamed"))
    new = keys[13][:-1] + ("0" if keys[13][-1] != "0" else "1")
    master.put(new, row("new"))
    told = finish(master)
    assert sorted(told) == sorted({*keys[10:], new} - {keys[15]})
    assert counts() == (41, 0, 0, 41)
    assert (names()[keys[12]], names()[new]) == ("renamed", "new")


@pytest.mark.parametrize("gone", [[19], [18, 19], [19, 20], range(15, 40)])
def test_the_last_row_that_was_applied_is_gone_on_master(
    master: FakeMaster, keys: list[str], gone: Sequence[int]
) -> None:
    for index in gone:
        del master.rows[keys[index]]
    assert sorted(finish(master)) == sorted(master.rows.keys() - keys[:10])
    after = [index for index in range(20, 40) if index not in gone]
    assert counts() == (20 + len(after), 0, 0, 20 + len(after))


@pytest.mark.parametrize(("rate", "seconds"), [(7, 10.0), (7, 0.0), (10_000, 10.0)])
def test_pages_of_another_size_tell_the_same_rows(
    master: FakeMaster, monkeypatch: pytest.MonkeyPatch, keys: list[str], rate: int, seconds: float
) -> None:
    monkeypatch.setattr(backfill, "PAGE_ROWS", 25)
    monkeypatch.setattr(backfill, "_keep_to", lambda rate, rows, began_at: began_at)
    assert sorted(finish(master, rate, seconds)) == keys[10:]
    assert counts() == (40, 0, 0, 40)


def test_a_run_whose_last_page_was_applied_ends_when_all_of_it_is_told(
    master: FakeMaster, monkeypatch: pytest.MonkeyPatch, keys: list[str]
) -> None:
    for index in range(20, 40):
        del master.rows[keys[index]]
    Backfill.objects.update(last_page=True)
    monkeypatch.setattr(backfill, "_keep_to", lambda rate, rows, began_at: began_at)
    assert sorted(finish(master, rate=7, seconds=0.0)) == keys[10:20]
    assert counts() == (20, 0, 0, 20)


def test_two_tasks_do_not_work_at_once(master: FakeMaster) -> None:
    put(master, "ada")
    begin("users")
    with workers() as group:
        held, done = threading.Event(), threading.Event()

        def hold() -> None:
            with alone(lock_name("users")) as locked:
                assert locked
                held.set()
                done.wait(20)

        holding = group.start(hold)
        assert held.wait(20)
        try:
            assert work("users") is False
            assert master.asked == []
        finally:
            done.set()
        holding.result(20)
    work("users")
    assert names() == {uid_of("ada"): "ada"}
