"""Measures on large tables: back-fill, verify, and what the size of the tables costs."""

import os
import subprocess
import sys
import time
from statistics import median

from bench.fill import damage, empty_client, fill
from bench.growth import Point, draw
from bench.measures import until_equal
from bench.memory import counted_in, report_most, watched
from bench.report import Report
from master.users.models import User
from stack.stack import Stack

BACKFILLED, VERIFIED, DAMAGED = 100_000, 1_000_000, 100
SIZES = (1_000, 10_000, 100_000, 1_000_000)
WRITTEN, SAVES, RUNS = 200, 2_000, 3
CPU_SECONDS = "growth: CPU time of a change"


def backfill(stack: Stack, report: Report) -> None:
    """Fill an empty client from master."""
    fill(stack, BACKFILLED)
    empty_client(stack)
    rows = User.objects.filter(is_staff=False).count()
    with watched(stack) as most:
        seconds = _run(stack, "backfill", "users", "--again")
    report.at_least(f"back-fill of {rows:,} users", rows / seconds, "rows/s", 8000)
    report_most(report, "the back-fill", most)


def growth(stack: Stack, report: Report) -> None:
    """Save flat out with more and more users there; what a change costs should not depend on their number."""
    points = []
    for size in SIZES:
        fill(stack, size)
        users = list(User.objects.filter(username__startswith="filled-").order_by("uid")[:WRITTEN])
        until_equal(stack, users, ["client"], SAVES)
        costs = [sum(until_equal(stack, users, ["client"], SAVES).spent.cpu_seconds.values()) for _ in range(RUNS)]
        points.append(Point(users=size, milliseconds=median(costs) * 1000 / SAVES))
        report.shown(f"{CPU_SECONDS}, {size:,} users", points[-1].milliseconds, "ms")
    growth = points[-1].milliseconds / points[0].milliseconds
    report.at_most("  1,000,000 users / 1,000 users", growth, "times", 1.2)
    draw(points)


def verify(stack: Stack, report: Report) -> None:
    """Compare a million rows, equal at first, then with some that differ."""
    fill(stack, VERIFIED)
    with watched(stack) as most:
        equal = _run(stack, "verify", "users")
        damage(stack, DAMAGED)
        different = _run(stack, "verify", "users", expected=1)
        _run(stack, "verify", "users", "--repair")
    report.at_most("verify of 1,000,000 equal users", equal, "s", 15)
    report.at_most("verify of 1,000,000 users, 100 differ", different, "s", 20)
    report_most(report, "verify", most)


def _run(stack: Stack, *words: str, expected: int = 0) -> float:
    """Run a command of the client; return its seconds."""
    environment = os.environ | stack.env("client") | {"DJANGO_SETTINGS_MODULE": "client.settings"}
    started = time.perf_counter()
    argv = [sys.executable, "-m", "client", *words]
    with (
        subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as command,  # noqa: S603 - our own
        counted_in(f"the command {words[0]}", command.pid),
    ):
        said, _ = command.communicate()
    if command.returncode != expected:
        raise RuntimeError(f"{' '.join(words)} ended with {command.returncode}:\n{said}")
    return time.perf_counter() - started
