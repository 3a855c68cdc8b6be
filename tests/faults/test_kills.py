"""`kill -9` of each process under load, at random moments, again and again, and of all at once."""

import random
import time

import pytest

from stack.processes import all_processes
from tests.faults.world import World

PROCESSES = [process.name for process in all_processes(1)]
CARRYING = {"relay", "listener", "worker-fast"}  # what master-worker had claimed waits for the end of its lease


def kill_again_and_again(world: World, names: list[str], seconds: float) -> None:
    """Kill processes for so long, twice at least: each at some moment soon after it is ready again."""
    chance, until, kills = random.Random(world.seed), time.monotonic() + seconds, 0
    while time.monotonic() < until or kills < 2:
        time.sleep(chance.uniform(0.0, 1.0))
        starts = {name: world.process(name).starts for name in names}
        for name in names:
            world.process(name).kill()
        for name in names:
            world.process(name).wait_ready(after_starts=starts[name])
        kills += 1


@pytest.mark.parametrize(
    "process", [pytest.param(name, marks=pytest.mark.short if name in CARRYING else ()) for name in PROCESSES]
)
def test_a_process_that_is_killed_again_and_again_loses_nothing(process: str, world: World, a_minute: float) -> None:
    writer = world.write()
    kill_again_and_again(world, [process], a_minute)
    report = writer.stop()
    assert report.writes > 50
    assert not report.errors.keys() - {"unique"}, report.texts
    world.settle()


def test_all_processes_that_are_killed_at_once_lose_nothing(world: World, a_minute: float) -> None:
    writer = world.write()
    kill_again_and_again(world, PROCESSES, a_minute)
    report = writer.stop()
    assert not report.errors.keys() - {"unique"}, report.texts
    world.settle()
