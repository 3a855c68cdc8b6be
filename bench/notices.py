"""`python -m bench.notices`: what connections cost a server of notices, and how soon all of them are told.

Each connection is another member of the staff, so that rights are read for as many users as there are connections.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from bench.hearing import PATIENCE, cpu, size
from bench.projects import environment_kept, use_master
from bench.report import Report
from bench.sockets import Socket, now, open_many
from stack.stack import Stack

RUNS = 3
MANY, EVENTS = 2_000, 40
AT_ONCE = 100  # that connect and then say who they are
PAUSE = 0.25  # seconds between events
PREFIX = "bench-staff-"


class Told:
    """What the connections hear: how often so far, and when last."""

    def begin(self, expected: int) -> None:
        """Expect so many messages from now on."""
        self._missing, self._complete, self.last = expected, asyncio.Event(), 0.0

    def __call__(self, socket: Socket, payload: bytes) -> None:
        self._missing, self.last = self._missing - 1, now()
        if not self._missing:
            self._complete.set()

    async def all(self) -> None:
        """Wait until all have come."""
        async with asyncio.timeout(PATIENCE):
            await self._complete.wait()


async def one_run(stack: Stack, users: list[Any], report: Report, actor: int, seen: int) -> None:
    """Measure everything once."""
    server = stack.process("notices")
    await asyncio.to_thread(server.restart)
    port, measured, told = stack.processes["notices"].port or 0, psutil.Process(server.pid), Told()
    for socket in await greeted(port, users[:20], told):  # let the server import what it needs
        socket.close()
    await asyncio.sleep(1)
    before, spent, began = size(measured), cpu(measured), now()
    sockets = await greeted(port, users, told)
    report.shown(f"{MANY:,} connections: all are greeted after", now() - began, "s")
    report.shown("  CPU of one, token and rights included", (cpu(measured) - spent) * 1000 / MANY, "ms")
    await asyncio.sleep(3)
    report.at_most("  memory of one", (size(measured) - before) / MANY, "KB", 40)
    await events(told, report, actor, seen)
    for socket in sockets:
        socket.close()


async def greeted(port: int, users: list[Any], told: Told) -> list[Socket]:
    """Connect once as each user, and wait for all greetings."""
    from sesame.utils import get_token  # noqa: PLC0415 - Django is there only now

    told.begin(len(users))
    sockets: list[Socket] = []
    for begin in range(0, len(users), AT_ONCE):
        some = users[begin : begin + AT_ONCE]
        opened = await open_many(port, [("/", [])] * len(some), told)
        for socket, user in zip(opened, some, strict=True):
            socket.send(get_token(user))
        sockets += opened
    await told.all()
    return sockets


async def events(told: Told, report: Report, actor: int, seen: int) -> None:
    """Log actions as the admin does, one after the other, and wait until all have heard of each."""
    lags, saves = [], []
    for _ in range(EVENTS):
        await asyncio.sleep(PAUSE)
        told.begin(MANY)
        began = now()
        saved = await asyncio.to_thread(log, actor, seen)
        await told.all()
        lags.append((told.last - saved) * 1000)
        saves.append((saved - began) * 1000)
    report.at_most("from the commit to the last of all: p50", median(lags), "ms", 80)
    report.shown(f"  the slowest of {EVENTS}", max(lags), "ms")
    report.shown("  the save itself", median(saves), "ms")


def log(actor: int, seen: int) -> float:
    """Log an action as the admin does; return when it was committed."""
    from django.contrib.admin.models import CHANGE, LogEntry  # noqa: PLC0415 - Django is there only now

    from master.users.models import User  # noqa: PLC0415

    LogEntry.objects.log_actions(actor, User.objects.filter(pk=seen), CHANGE, json.dumps([]))
    return now()


def make_staff() -> tuple[int, int]:
    """Make as many members of the staff as there are connections, who may all view users by a group."""
    from django.contrib.auth.models import Group, Permission  # noqa: PLC0415 - Django is there only now

    from master.users.models import User  # noqa: PLC0415

    group = Group.objects.create(name="bench")
    group.permissions.set(Permission.objects.filter(codename__in=("view_user", "change_group")))
    staff = User.objects.bulk_create(
        User(username=f"{PREFIX}{number}", is_staff=True, password="!")  # noqa: S106 - nobody signs in by it
        for number in range(MANY)
    )
    group.user_set.set([user.pk for user in staff])
    return User.objects.create_superuser("bench-root").pk, staff[0].pk


def staff_of_the_bench() -> list[Any]:
    """Return them."""
    from master.users.models import User  # noqa: PLC0415 - Django is there only now

    return list(User.objects.filter(username__startswith=PREFIX))


def main() -> int:
    """Run all; return 0 if every limit is met."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m bench.notices")
    parser.add_argument("--runs", type=int, default=RUNS)
    runs, report = parser.parse_args().runs, Report()
    with (
        tempfile.TemporaryDirectory() as directory,
        environment_kept(),
        Stack(Path(directory), ports="free", debug=False) as stack,
    ):
        use_master(stack)
        actor, seen = make_staff()
        for _ in range(runs):
            asyncio.run(one_run(stack, staff_of_the_bench(), report, actor, seen))
            time.sleep(1)
    sys.stdout.write(report.text())
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
