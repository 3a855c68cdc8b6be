"""Keeps processes running: one thread starts them, reads their logs, and starts those that die again.

All processes are started by this thread, since the kernel ends a child with the thread that started it. What mends
things after a restart may take long, and has a thread of its own.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence

from stack.child import STOP_SECONDS
from stack.errors import StackError
from stack.logs import tail
from stack.unit import Recipe, Unit

TICK_SECONDS = 0.05
MEND_AGAIN_SECONDS = 1.0
LOOK_SECONDS = 0.5
NAME = "stack"  # under which the supervisor itself speaks

Say = Callable[[str, str], None]  # takes a process's name and a line


class Supervisor:
    """A group of processes that are stopped together, the last started first."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.units: dict[str, Unit] = {}
        self._groups: list[list[Unit]] = []
        self._requests: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._mending = threading.Lock()  # one mend at a time
        self._thread = threading.Thread(target=self._run, name="supervisor")

    def start(self) -> None:
        """Begin to supervise."""
        self._thread.start()

    def launch(self, recipes: Sequence[Recipe], *, seconds: float) -> None:
        """Start processes as one group and wait until all are ready.

        Raises StackError when one dies first, or is not ready in time.
        """
        units = [Unit(recipe) for recipe in recipes]
        self._requests.put(lambda: self._add(units))
        end = time.monotonic() + seconds
        while not all(unit.ready for unit in units):
            for unit in units:
                if unit.failed:
                    raise StackError(failure(unit, "ended before it was ready"))
            if time.monotonic() > end:
                late = next(unit for unit in units if not unit.ready)
                raise StackError(failure(late, f"was not ready after {seconds:.0f} s"))
            if not self.is_running:
                raise StackError("The supervisor ended.")
            time.sleep(TICK_SECONDS)

    def restart(self, names: Sequence[str]) -> None:
        """Stop processes cleanly and start them again; return at once."""
        self._requests.put(lambda: self._restart(names))

    def join(self) -> None:
        """Wait until the supervisor ends, which it does by itself only when it fails.

        A signal's handler may raise in here: Thread.join would then take the thread for ended. Python calls it when a
        wait begins or ends; a signal that comes between would be seen at the end of all, so no wait is long.
        """
        while not self._ended.wait(LOOK_SECONDS):
            pass

    def stop(self) -> None:
        """End all processes, group by group, and return when none is left."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether the supervisor itself is well."""
        return self._thread.is_alive() and not self._ended.is_set()

    @property
    def is_stopping(self) -> bool:
        """Whether all is to end: what mends things gives up."""
        return self._stopping.is_set()

    def _restart(self, names: Sequence[str]) -> None:
        for name in names:
            self.units[name].restart()

    def _add(self, units: list[Unit]) -> None:
        self._groups.append(units)
        for unit in units:
            self.units[unit.name] = unit
            unit.start()

    def _run(self) -> None:
        try:
            while not self._stopping.wait(TICK_SECONDS):
                self._tick()
        finally:
            for group in reversed(self._groups):
                self._end(group)
            self._ended.set()

    def _tick(self) -> None:
        while not self._requests.empty():
            self._requests.get()()
        for unit in self.units.values():
            self._watch(unit)

    def _watch(self, unit: Unit) -> None:
        lines = self._read(unit)
        code = unit.died()
        if code is not None:
            self._explain(unit, code)
        elif unit.due:
            unit.start()
        elif unit.became_ready(lines) and unit.starts > 1:
            self.say(NAME, f"{unit.name} is ready again")
            threading.Thread(target=self._mend, args=[unit], name=f"mend {unit.name}", daemon=True).start()

    def _explain(self, unit: Unit, code: int) -> None:
        if unit.failed:
            self.say(NAME, f"{unit.name} {ended(code)}")
        elif unit.deaths:
            self.say(NAME, f"{unit.name} {ended(code)}; starting it again in {unit.pause} s")

    def _mend(self, unit: Unit) -> None:
        """Mend until it succeeds: another server may be away too. A life that follows has a mend of its own."""
        life = unit.starts
        while unit.starts == life and not self.is_stopping:
            try:
                with self._mending:
                    unit.recipe.after_restart()
                unit.mended = life
                return
            except StackError as error:
                if not self.is_stopping:
                    self.say(NAME, str(error))
                self._stopping.wait(MEND_AGAIN_SECONDS)

    def _read(self, unit: Unit) -> list[str]:
        lines = unit.log.new_lines()
        for line in () if unit.recipe.quiet else filter(str.strip, lines):
            self.say(unit.name, line)
        return lines

    def _end(self, group: list[Unit]) -> None:
        children = [unit.child for unit in group if unit.child]
        for child in children:
            child.ask_to_stop()
        end = time.monotonic() + STOP_SECONDS
        for child in children:
            child.wait(max(0.0, end - time.monotonic()))
            child.kill()
        for unit in group:
            self._read(unit)


def ended(code: int) -> str:
    """Say how a process ended."""
    return f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"


def failure(unit: Unit, what: str) -> str:
    """Return the message about a process that did not start, with the end of its log."""
    return f"{unit.name} {what}. The end of its log, {unit.recipe.log}:\n{tail(unit.recipe.log)}"
