"""Redis refuses, hangs, or comes back empty: no save notices, and everything arrives once it is back."""

import os
import signal
import time
from collections.abc import Callable

import pytest
import redis

from stack.waiting import wait_until
from tests.faults.proxy import Mode
from tests.faults.world import World

STOP_SECONDS = 5.0  # two, as promised, and three for a busy machine; what hangs takes twenty
LOOPS = {"master": "relay", "client": "listener"}  # what must end in time whatever Redis does


def load(world: World, seconds: float) -> None:
    """Let the harm last, under load that is known to have begun."""
    end = time.monotonic() + seconds
    assert wait_until(lambda: not world.difference().is_equal, seconds=30), "nothing is written"
    time.sleep(max(0.0, end - time.monotonic()))


def seconds_to_stop(world: World, name: str) -> float:
    """Ask a process to end, and return how long that took; it is started again."""
    handle = world.process(name)
    pid, started = handle.pid, time.monotonic()
    assert pid
    os.kill(pid, signal.SIGTERM)
    assert wait_until(lambda: handle.pid != pid, seconds=60)
    return time.monotonic() - started


@pytest.mark.parametrize("mode", ["refuse", pytest.param("hang", marks=pytest.mark.short)])
@pytest.mark.parametrize("project", ["master", "client"])
def test_redis_is_away(project: str, mode: Mode, world: World, lasting: Callable[[float, float], float]) -> None:
    writer = world.write()
    with world.proxies[f"{project} redis"].behaving(mode):
        load(world, lasting(8, 60))
        took = seconds_to_stop(world, LOOPS[project])
        assert not world.difference().is_equal, "changes travel without Redis?"
    report = writer.stop()
    assert took < STOP_SECONDS
    assert not report.errors.keys() - {"unique"}, report.texts
    world.settle()


def test_redis_comes_back_empty(world: World, lasting: Callable[[float, float], float]) -> None:
    writer, handle = world.write(), world.process("redis")
    end = time.monotonic() + lasting(10, 60)
    while time.monotonic() < end:
        time.sleep(1.0)  # so that something waits in it
        starts = handle.starts
        redis.Redis.from_url(world.direct["client"]["REDIS_URL"]).flushall()
        handle.kill()
        handle.wait_ready(after_starts=starts)
    report = writer.stop()
    assert not report.errors.keys() - {"unique"}, report.texts
    world.settle()
