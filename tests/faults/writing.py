"""A writer as the tests hold it: a process of its own, seeded, that says in the end what it did."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STOP_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a writer did."""

    done: Mapping[str, int]  # by operation
    errors: Mapping[str, int]  # by SQLSTATE, or `unique`, `deadlock`
    texts: list[str]  # of the errors
    slowest_ms: list[float]
    median_ms: float

    @property
    def writes(self) -> int:
        """How many operations succeeded."""
        return sum(self.done.values())


class Writer:
    """Writes to master's users from when this is made until `stop`."""

    def __init__(self, env: Mapping[str, str], *, seed: int, mark: str, rate: float, hot: int = 0) -> None:
        words = {"seed": seed, "mark": mark, "rate": rate, "hot": hot}
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.writers", *(f"--{name}={value}" for name, value in words.items())],
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._popen.stdin
        assert self._popen.stdout
        self._stdin, self._stdout = self._popen.stdin, self._popen.stdout
        assert self._stdout.readline() == "ready\n", "the writer did not start"

    def stop(self) -> Report:
        """Let it end what it is at; return what it did."""
        self.tell_to_stop()
        with self._popen:
            timer = threading.Timer(STOP_SECONDS, self._popen.kill)
            timer.start()
            text = self._stdout.readline()
            timer.cancel()
        assert text, f"the writer did not end within {STOP_SECONDS:.0f} s"
        answer: dict[str, Any] = json.loads(text)
        return Report(**answer)

    def tell_to_stop(self) -> None:
        """Let it end what it is at, and do not wait."""
        if not self._stdin.closed:
            self._stdin.close()

    def kill(self) -> None:
        """End it at once, whatever it is at; for when a test has failed."""
        if self._popen.poll() is None:
            self._popen.kill()
            self._popen.wait()
