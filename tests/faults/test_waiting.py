"""No save waits for a process of ours longer than for one statement; a long transaction holds up its own rows only."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from stack.processes import MASTER
from stack.waiting import wait_until
from tests.e2e.console import Console
from tests.faults.commands import run
from tests.faults.waits import Watch
from tests.faults.world import World
from tests.faults.writing import Report

WRITERS = 10
HOT = 12  # users that all of them write to
RATE = 6.0  # writes a second of each: a machine of two cores still has time for all
OURS = ("relay", "master-worker")  # who writes to the outbox besides those who save
# Claiming and writing down are one statement each. Its rows are locked until it ends, as by any other writer's, also
# when a busy machine gives it no time. A lock held during a call to Redis or AWS would be held for seconds.
STATEMENT_MS = 500.0
SLACK_MS = 1_000.0  # by which a busy machine of two cores may delay what nothing else delays
CREATE = """
from master.users.models import User

for number in range(count):
    User.objects.get_or_create(username=f"{mark}-{number}")
"""


@contextmanager
def halted(world: World, names: tuple[str, ...]) -> Iterator[None]:
    """Halt processes in the block."""
    for name in names:
        world.process(name).signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for name in names:
            world.process(name).signal(signal.SIGCONT)


def ten_writers(world: World, seconds: float, *, commands: bool = False) -> tuple[list[Report], Watch]:
    """Let ten writers get in each other's way, and watch who waits for whom; beside them, the commands that repair."""
    writers = [world.write(rate=RATE, hot=HOT) for _ in range(WRITERS)]
    with Watch(world.url("master")) as watch:
        end = time.monotonic() + seconds
        for words in (("republish", "--all"), ("enrol", "users"), ("republish", "users")) if commands else ():
            assert run(world.stack.projects[MASTER], *words).code == 0
        time.sleep(max(0.0, end - time.monotonic()))
        for writer in writers:
            writer.tell_to_stop()
        return [writer.stop() for writer in writers], watch


def slowest(reports: list[Report]) -> float:
    """Return the milliseconds of the slowest write of all."""
    return max(report.slowest_ms[-1] for report in reports)


def described(reports: list[Report], watch: Watch) -> str:
    """Return what a run showed."""
    slow = sorted(each for report in reports for each in report.slowest_ms)[-5:]
    writes = f"{sum(report.writes for report in reports)} writes, median {reports[0].median_ms:.1f} ms"
    slowest_ms = ", ".join(f"{each:.0f}" for each in slow)
    longest = max((wait.waited_ms for wait in watch.for_us), default=0.0)
    waits = f"{len(watch.among_writers)} waits among writers, up to {max(watch.among_writers, default=0.0):.0f} ms"
    return f"{writes}, slowest {slowest_ms} ms; {waits}; {len(watch.for_us)} for us, up to {longest:.0f} ms"


@pytest.mark.alone
def test_no_save_is_held_up_or_aborted_by_a_process_of_ours(
    world: World, master: Console, lasting: Callable[[float, float], float]
) -> None:
    master(CREATE, mark="hot", count=HOT)
    with halted(world, OURS):
        control, watched = ten_writers(world, lasting(20, 60))
    world.settle()
    reports, watch = ten_writers(world, lasting(60, 180), commands=True)
    print(f"control: {described(control, watched)}\nwith us: {described(reports, watch)}")
    assert watch.error is None
    assert watch.looks > 100
    assert len(watch.among_writers) > 0, "the writers did not get in each other's way: nothing is shown"
    assert [wait for wait in watch.for_us if wait.stuck or wait.waited_ms > STATEMENT_MS] == []
    for report in (*control, *reports):
        assert not report.errors.keys() - {"unique", "deadlock"}, report.texts
    deadlocks = [report.errors.get("deadlock", 0) for report in reports]
    assert sum(deadlocks) == 0, "writers lock in the order of keys: whose deadlock is it?"
    assert slowest(reports) < 3 * slowest(control) + SLACK_MS
    world.settle()


@pytest.mark.short
def test_a_very_long_transaction_holds_up_its_own_rows_only(world: World, master: Console) -> None:
    master(CREATE, mark="held", count=3)
    world.settle()
    name = "SELECT first_name FROM users_user WHERE username = %s"
    with psycopg.connect(world.url("master")) as long:
        long.execute("UPDATE users_user SET first_name = 'Held' WHERE username = 'held-0'")
        before, writer = world.versions(), world.write()
        world.master("UPDATE users_user SET first_name = 'Free' WHERE username = 'held-1'")
        assert wait_until(lambda: world.on_client(name, "held-1") == [("Free",)], seconds=10)
        assert wait_until(lambda: world.versions() > before + 300, seconds=60)
        report = writer.stop()
        assert not report.errors.keys() - {"unique"}, report.texts
        world.settle()  # all that is committed is there, while the transaction is still open
        assert world.on_client(name, "held-0") != [("Held",)]
        long.commit()
    world.settle()
    assert world.on_client(name, "held-0") == [("Held",)]
