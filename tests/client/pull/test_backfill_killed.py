"""A worker that is killed in the middle of a back-fill loses nothing, and nobody begins anew because of it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
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
from tests.client.pull.users import put
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


def finish(master: FakeMaster) -> list[str]:
    """Go on with the run; return what is told."""
    assert wait_until(lambda: not is_held(lock_name("users")), seconds=20)
    told: list[str] = []
    master.asked.clear()
    begin("users")
    with listening(lambda sender, changes, **_: told.extend(change.key for change in changes), rows_applied):
        while work("users"):
            pass
    return told


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
    assert keys[19] in master.asked[0]  # the page of which nobody had written down that it was told
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
