"""A brand-new client: provision its queue, back-fill, done; while somebody writes, and while its worker is killed."""

import secrets
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stack.projects import Project
from stack.stack import Stack
from stack.waiting import wait_until
from tests.e2e.compare import Difference, compare
from tests.e2e.console import Console
from tests.e2e.new_client import NewClient, new_client
from tests.e2e.people import SECONDS

HERE = 3_000  # users who are there before the client is
COUNT = "from master.users.models import User; result = User.objects.filter(username__startswith=begin).count()"
ARRIVED = "from client.users.models import User; result = User.objects.filter(username__startswith=begin).count()"
UNDER_WAY = """
from client.pull.models import Backfill
result = Backfill.objects.filter(table="users", finished_at=None, created__gt=0).exists()
"""
PUBLISHED = """
from django.db.models import F
from master.outbox.models import OutboxRow
result = not OutboxRow.objects.filter(published__lt=F("version")).exists()
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
def begin(master: Console, clients: dict[str, Console]) -> Iterator[str]:
    """Return the beginning of the usernames of many users on master; no client has them any more after the test.

    They are published: a queue that is made later gets none of them.
    """
    begin = f"many-{secrets.token_hex(3)}"
    master(CREATE, begin=begin, count=HERE)
    assert wait_until(lambda: master(PUBLISHED), seconds=SECONDS)
    yield begin
    master(
        "from master.users.models import User; User.objects.filter(username__startswith=begin).delete()", begin=begin
    )
    for client in clients.values():
        assert wait_until(lambda client=client: client(ARRIVED, begin=begin) == 0, seconds=SECONDS)  # type: ignore[misc]


@pytest.fixture
def client(stack: Stack, begin: str, tmp_path: Path) -> Iterator[NewClient]:
    """Make a client after all those users are there."""
    with new_client(stack, f"client-{secrets.token_hex(3)}", tmp_path) as client:
        yield client


@pytest.fixture
def console(client: NewClient) -> Iterator[Console]:
    """Open the new client's management shell."""
    console = Console(client.project)
    yield console
    console.close()


def is_equal(client: NewClient) -> bool:
    """Ask verify."""
    return client.run("verify", "users").returncode == 0


def difference(stack: Stack, client: NewClient) -> Difference:
    """Compare both databases without a word from the product; a new client has no guard of what was deleted before."""
    return compare(stack.projects["master"].settings["DATABASE_URL"], client.project.settings["DATABASE_URL"])


def test_it_ends_equal_to_master_while_somebody_writes(
    stack: Stack, client: NewClient, console: Console, master: Console, begin: str
) -> None:
    assert console(ARRIVED, begin=begin) == 0
    with a_writer(stack.projects["master"], begin) as done:
        assert wait_until(lambda: len(done) > 3, seconds=SECONDS)
        filled = client.run("backfill", "users")
        assert filled.returncode == 0, filled.stdout + filled.stderr
        assert "rows/s" in filled.stdout
        assert wait_until(lambda: len(done) > 20, seconds=SECONDS)
    assert wait_until(lambda: is_equal(client), seconds=SECONDS), client.run("verify", "users").stdout
    found = difference(stack, client)
    assert found.counts == (0, 0, 0), found
    assert console(ARRIVED, begin=begin) == master(COUNT, begin=begin)


def test_a_worker_that_is_killed_is_noticed_by_whoever_watches(
    stack: Stack, client: NewClient, console: Console
) -> None:
    words = client.command("backfill", "users", "--rate", "400")
    with subprocess.Popen(words, env=client.project.env, stdout=subprocess.PIPE, text=True) as watching:
        assert wait_until(lambda: console(UNDER_WAY), seconds=SECONDS)
        client.process("worker-slow").kill()
        out, _ = watching.communicate(timeout=SECONDS)
    assert watching.returncode == 0, out
    assert "a worker is asked again" in out
    assert " created, 0 updated, 0 already right, 0 refused" in out
    assert wait_until(lambda: is_equal(client), seconds=SECONDS), client.run("verify", "users").stdout
    found = difference(stack, client)
    assert found.counts == (0, 0, 0), found
