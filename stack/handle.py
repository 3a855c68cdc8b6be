"""A running process in the hands of a test or a benchmark."""

import os
import signal
from contextlib import suppress

from stack.errors import StackError
from stack.supervisor import Supervisor
from stack.waiting import wait_until

READY_SECONDS = 60.0
MENDED_SECONDS = 120.0


class Handle:
    """One process of a stack, by its name; it stays good when the process is started again."""

    def __init__(self, supervisor: Supervisor, name: str) -> None:
        self._supervisor = supervisor
        self._unit = supervisor.units[name]
        self.name = name

    @property
    def pid(self) -> int | None:
        """The process's id; None while it does not run."""
        return self._unit.pid

    @property
    def is_ready(self) -> bool:
        """Whether it runs and is ready."""
        return self._unit.ready

    @property
    def starts(self) -> int:
        """How many times it was started."""
        return self._unit.starts

    @property
    def log(self) -> str:
        """All that it has written."""
        return self._unit.recipe.log.read_text(errors="replace")

    def kill(self) -> None:
        """Kill it and what it forked; the supervisor starts it again."""
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and what it forked."""
        if pid := self.pid:
            with suppress(ProcessLookupError):
                os.killpg(pid, number)

    def restart(self) -> None:
        """Stop it cleanly, start it again, and wait until it is ready."""
        starts = self.starts
        self._supervisor.restart([self.name])
        self.wait_ready(after_starts=starts)

    def wait_ready(self, *, after_starts: int = 0) -> None:
        """Wait until it is ready, in a life later than the n-th."""
        if not wait_until(lambda: self.starts > after_starts and self.is_ready, seconds=READY_SECONDS):
            raise StackError(f"{self.name} was not ready within {READY_SECONDS:.0f} s. Its log:\n{self.log[-2000:]}")

    def wait_mended(self) -> None:
        """Wait until what it lost when it died is made anew; at once if it has not died."""
        if not wait_until(lambda: self._unit.mended == self.starts and self.is_ready, seconds=MENDED_SECONDS):
            raise StackError(f"After a restart of {self.name} not all was mended within {MENDED_SECONDS:.0f} s.")
