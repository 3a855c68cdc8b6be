"""A brand-new client: its queue is made, it is back-filled, done; while somebody on master keeps writing."""

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


def test_a_new_client_ends_equal_to_master_while_somebody_writes(
    stack: Stack, master: Console, clients: dict[str, Console], begin: str
) -> None:
    project = stack.projects["client-2"]
    arrived = "from client.users.models import User; result = User.objects.filter(username__startswith=begin).count()"
    assert wait_until(lambda: clients["client-2"](arrived, begin=begin) == HERE, seconds=SECONDS)
    clients["client-2"](FORGET)  # as new: it has nothing, and its queue gets what changes from now on
    with a_writer(stack.projects["master"], begin) as done:
        assert wait_until(lambda: len(done) > 3, seconds=SECONDS)
        filled = run(project, "backfill", "users")
        assert filled.returncode == 0, filled.stdout + filled.stderr
        assert "rows/s" in filled.stdout
        assert wait_until(lambda: len(done) > 20, seconds=SECONDS)

    def is_equal() -> bool:
        return run(project, "verify", "users").returncode == 0

    assert wait_until(is_equal, seconds=SECONDS), run(project, "verify", "users").stdout
    assert clients["client-2"](arrived, begin=begin) == master(COUNT, begin=begin)
