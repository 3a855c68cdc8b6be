"""A client as new: it has a queue, is back-filled, done; while somebody writes, and while its worker is killed."""

import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from stack.projects import Project
from stack.stack import Stack
from stack.waiting import wait_until
from tests.e2e.console import Console
from tests.e2e.people import SECONDS

HERE = 3_000  # users who are there before the client is
COUNT = "from master.users.models import User; result = User.objects.filter(username__startswith=begin).count()"
ARRIVED = "from client.users.models import User; result = User.objects.filter(username__startswith=begin).count()"
UNDER_WAY = """
from client.pull.models import Backfill
result = Backfill.objects.filter(table="users", finished_at=None, created__gt=0).exists()
"""
CREATE = """
from master.users.models import User
User.objects.bulk_create([User(username=f"{begin}-{n}", first_name="Old") for n in range(count)])
"""
WRITE = """
from master.users.models import User
users = User.objects.filter(username__startswith=begin)
some = users[step % 100]
some.first_name = f"New {step}"
some.save()
User.objects.create(username=f"{begin}-new-{step}")
users[1000 + step % 100].delete()
users.filter(pk__in=users.values("pk")[step % 200 : step % 200 + 5]).update(last_name=f"In bulk {step}")
"""
FORGET = """
from django.db import connection, transaction
from client.users.models import User
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("SET LOCAL reactive_tables.applying = 'on'")
    cursor.execute("DELETE FROM users_user WHERE uid IS NOT NULL")
    cursor.execute("DELETE FROM replication_applied_row")
"""


def run(project: Project, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of a project to its end."""
    argv = [sys.executable, "-m", project.package, *words]
    return subprocess.run(argv, env=project.env, capture_output=True, text=True, timeout=SECONDS, check=False)


@contextmanager
def a_writer(project: Project, begin: str) -> Iterator[list[int]]:
    """Write on master, step after step, for the length of the block; give the steps that are done."""
    done: list[int] = []
    stop = threading.Event()

    def write() -> None:
        console = Console(project)
        try:
            while not stop.is_set():
                console(WRITE, begin=begin, step=len(done))
                done.append(len(done))
        finally:
            console.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield done
    finally:
        stop.set()
        writer.join()


@pytest.fixture
def begin(master: Console) -> Iterator[str]:
    """Return the beginning of the usernames of many users on master."""
    begin = f"many-{secrets.token_hex(3)}"
    master(CREATE, begin=begin, count=HERE)
    yield begin
    master(
        "from master.users.models import User; User.objects.filter(username__startswith=begin).delete()", begin=begin
    )


@pytest.fixture
def project(stack: Stack, clients: dict[str, Console], begin: str) -> Project:
    """Return a client that has nothing, and whose queue gets what changes from now on."""
    assert wait_until(lambda: clients["client-2"](ARRIVED, begin=begin) == HERE, seconds=SECONDS)
    clients["client-2"](FORGET)
    return stack.projects["client-2"]


def is_equal(project: Project) -> bool:
    """Ask verify."""
    return run(project, "verify", "users").returncode == 0


def test_it_ends_equal_to_master_while_somebody_writes(
    stack: Stack, project: Project, master: Console, clients: dict[str, Console], begin: str
) -> None:
    with a_writer(stack.projects["master"], begin) as done:
        assert wait_until(lambda: len(done) > 3, seconds=SECONDS)
        filled = run(project, "backfill", "users")
        assert filled.returncode == 0, filled.stdout + filled.stderr
        assert "rows/s" in filled.stdout
        assert wait_until(lambda: len(done) > 20, seconds=SECONDS)
    assert wait_until(lambda: is_equal(project), seconds=SECONDS), run(project, "verify", "users").stdout
    assert clients["client-2"](ARRIVED, begin=begin) == master(COUNT, begin=begin)


def test_a_worker_that_is_killed_is_noticed_by_whoever_watches(
    stack: Stack, project: Project, clients: dict[str, Console]
) -> None:
    worker = stack.process("worker-slow-2")
    argv = [sys.executable, "-m", "client", "backfill", "users", "--rate", "400"]
    with subprocess.Popen(argv, env=project.env, stdout=subprocess.PIPE, text=True) as watching:
        assert wait_until(lambda: clients["client-2"](UNDER_WAY), seconds=SECONDS)
        worker.kill()
        out, _ = watching.communicate(timeout=SECONDS)
    assert watching.returncode == 0, out
    assert "a worker is asked again" in out
    assert " created, 0 updated, 0 already right, 0 refused" in out
    assert wait_until(lambda: is_equal(project), seconds=SECONDS), run(project, "verify", "users").stdout
