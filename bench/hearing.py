"""What many sockets hear, and what a process spends on it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import psutil

from bench.sockets import Socket, now

PUSHES, PAUSE = 60, 0.1  # to all of them, and the seconds in between
PATIENCE = 60.0


class Heard:
    """What the sockets heard: the milliseconds of each push on its way, by its number."""

    def __init__(self) -> None:
        self.begin(0, 0)

    def begin(self, pushes: int, windows: int) -> None:
        """Forget all, and expect so many pushes in so many windows."""
        self.lags: dict[int, list[float]] = {}
        self._missing = pushes * windows
        self._last: tuple[bytes, float | None, list[float]] = (b"", None, [])
        self._complete = asyncio.Event()

    def __call__(self, socket: Socket, payload: bytes) -> None:
        """Take one frame; all windows get the same, so it is read once."""
        came = now()
        if payload != self._last[0]:
            opts = json.loads(payload)["opts"]
            self._last = payload, opts.get("at"), self.lags.setdefault(opts.get("number"), [])
        _, at, lags = self._last
        if at is not None:
            lags.append((came - at) * 1000)
            self._missing -= 1
            if not self._missing:
                self._complete.set()

    async def all(self) -> None:
        """Wait until all have come."""
        async with asyncio.timeout(PATIENCE):
            await self._complete.wait()


Say = Callable[[int], Any]  # hands the push of a number to the server, in a thread


async def fan_out(process: psutil.Process, windows: int, say: Say, heard: Heard) -> tuple[float, float]:
    """Push to all windows; return microseconds of CPU a delivery, and milliseconds until the last had it, p50."""
    heard.begin(PUSHES, windows)
    await asyncio.sleep(1)
    before = cpu(process)
    for number in range(PUSHES):
        await asyncio.to_thread(say, number)
        await asyncio.sleep(PAUSE)
    await heard.all()
    spent = cpu(process) - before
    return spent * 1e6 / (PUSHES * windows), median(max(lags) for lags in heard.lags.values())


def cpu(process: psutil.Process) -> float:
    """Return the CPU seconds of a process."""
    times = process.cpu_times()
    return times.user + times.system


def size(process: psutil.Process) -> float:
    """Return the kilobytes that are a process's own."""
    return process.memory_full_info().uss / 1024


@contextmanager
def running(*argv: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of ours meanwhile."""
    with subprocess.Popen([sys.executable, "-m", *argv]) as process:  # noqa: S603 - ours
        try:
            yield process
        finally:
            process.terminate()
