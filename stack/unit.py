"""One supervised process: started, watched until it is ready, started again when it dies."""

import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stack.child import STOP_SECONDS, Child
from stack.logs import LogFile

# Seconds before the n-th start in a row; a process that ran long enough begins at the first again.
PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
LONG_ENOUGH_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How to run a process."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    log: Path
    is_ready: Callable[[Sequence[str]], bool]  # asked with the log's new lines until it says yes
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    quiet: bool = False  # its log is not shown
    after_restart: Callable[[], None] = lambda: None


class Unit:
    """One process and its restarts. Other threads may read `pid`, `ready`, `mended` and `failed`."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.log = LogFile(recipe.log)
        self.child: Child | None = None
        self.ready = False
        self.failed = False  # it died before it was ready for the first time: that is not mended by starting it again
        self.starts = 0
        self.mended = 1  # the last start after which all was mended; the first needs nothing
        self.deaths = 0  # in a row, not those that were asked for
        self._was_ready = False
        self._asked = False  # its next death is asked for
        self._started_at = self._start_at = self._kill_at = 0.0

    @property
    def name(self) -> str:
        """The process's name."""
        return self.recipe.name

    @property
    def pid(self) -> int | None:
        """The process's id; None while it does not run."""
        return self.child.pid if self.child else None

    @property
    def pause(self) -> float:
        """Seconds between the last death and the next start."""
        return PAUSES[min(self.deaths, len(PAUSES)) - 1] if self.deaths else 0.0

    @property
    def due(self) -> bool:
        """Whether it is time to start the process again."""
        return self.child is None and not self.failed and time.monotonic() >= self._start_at

    def start(self) -> None:
        """Start the process."""
        recipe = self.recipe
        self.child = Child(
            recipe.argv,
            env=recipe.env,
            log=recipe.log,
            stop_signal=recipe.stop_signal,
            death_signal=recipe.death_signal,
        )
        self.starts += 1
        self._started_at = time.monotonic()

    def restart(self) -> None:
        """Ask the process to end; it is started again as soon as it has."""
        self.deaths, self._start_at = 0, 0.0
        if self.child:
            self.child.ask_to_stop()
            self._asked, self._kill_at = True, time.monotonic() + STOP_SECONDS

    def died(self) -> int | None:
        """Return the exit code of a process that has just ended, and plan its next start; else None."""
        if self.child is None:
            return None
        if self._asked and time.monotonic() > self._kill_at:
            self.child.kill()
        code = self.child.exit_code
        if code is not None:
            self.child.kill()  # what it forked may still be there
            self._bury()
        return code

    def became_ready(self, lines: Sequence[str]) -> bool:
        """Tell, once in each life of the process, that it is ready."""
        if self.child is None or self.ready or not self.recipe.is_ready(lines):
            return False
        self.ready = self._was_ready = True
        return True

    def _bury(self) -> None:
        ran_long = time.monotonic() - self._started_at > LONG_ENOUGH_SECONDS
        if self._asked:
            self.deaths = 0
        else:
            self.deaths = 1 if ran_long else self.deaths + 1
        self.failed = not self._was_ready
        self.child, self.ready, self._asked = None, False, False
        self._start_at = time.monotonic() + self.pause
