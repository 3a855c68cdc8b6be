"""Processes are started, watched, started again and ended, with small scripts in their place."""

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

import pytest

from stack import supervisor as module
from stack.errors import StackError
from stack.handle import Handle
from stack.supervisor import NAME, Supervisor
from stack.unit import PAUSES, Recipe
from stack.waiting import wait_until

RUNS = "import signal; print('ready', flush=True); signal.pause()"
FORKS = "import os, signal; child = os.fork(); child and os.write(1, f'ready {child}\\n'.encode()); signal.pause()"
STUBBORN = "import signal; signal.signal(15, signal.SIG_IGN); print('ready', flush=True)\nwhile True: signal.pause()"
BREAKS = "print('before the end', flush=True); raise SystemExit('I am broken')"
NEVER_READY = "import signal; print('thinking', flush=True); signal.pause()"


@pytest.fixture
def said() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def supervisor(said: list[tuple[str, str]]) -> Iterator[Supervisor]:
    supervisor = Supervisor(lambda name, line: said.append((name, line)))
    supervisor.start()
    yield supervisor
    supervisor.stop()


def recipe(directory: Path, name: str, script: str, after_restart: Callable[[], None] = lambda: None) -> Recipe:
    argv = [sys.executable, "-c", script]
    log = directory / f"{name}.log"
    return Recipe(name=name, argv=argv, log=log, is_ready=says_ready, after_restart=after_restart)


def says_ready(lines: Sequence[str]) -> bool:
    return any(line.startswith("ready") for line in lines)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # gone before it was opened, or before it was read
        return False


class SeenError(Exception):
    """Raised by a signal's handler."""


def see(number: int, frame: FrameType | None) -> None:
    raise SeenError


def test_a_signal_that_comes_just_before_join_waits_is_seen(supervisor: Supervisor) -> None:
    former = signal.signal(signal.SIGUSR1, see)
    timers = [
        threading.Timer(0.1, _thread.interrupt_main, [signal.SIGUSR1]),  # like that one, it wakes no wait
        threading.Timer(10, supervisor.stop),
    ]
    try:
        for timer in timers:
            timer.start()
        began = time.monotonic()
        with pytest.raises(SeenError):
            supervisor.join()
        assert time.monotonic() - began < 5
    finally:
        timers[1].cancel()
        signal.signal(signal.SIGUSR1, former)


def test_launch_returns_when_all_are_ready_and_shows_what_they_say(
    supervisor: Supervisor, tmp_path: Path, said: list[tuple[str, str]]
) -> None:
    supervisor.launch([recipe(tmp_path, "one", RUNS), recipe(tmp_path, "two", RUNS)], seconds=10)
    assert [unit.ready for unit in supervisor.units.values()] == [True, True]
    assert sorted(said) == [("one", "ready"), ("two", "ready")]


def test_a_process_that_dies_is_started_again_and_that_is_said(
    supervisor: Supervisor, tmp_path: Path, said: list[tuple[str, str]]
) -> None:
    supervisor.launch([recipe(tmp_path, "one", RUNS)], seconds=10)
    one = Handle(supervisor, "one")
    first = one.pid
    one.kill()
    one.wait_ready(after_starts=1)
    assert one.pid != first
    assert (NAME, f"one was killed by signal 9; starting it again in {PAUSES[0]} s") in said
    assert wait_until(lambda: (NAME, "one is ready again") in said, seconds=5)


def test_the_pause_before_a_start_grows_with_each_death(
    supervisor: Supervisor, tmp_path: Path, said: list[tuple[str, str]]
) -> None:
    once = f"import os; os.path.exists({str(tmp_path / 'x')!r}) and exit(7); open({str(tmp_path / 'x')!r}, 'w'); {RUNS}"
    supervisor.launch([recipe(tmp_path, "one", once)], seconds=10)
    Handle(supervisor, "one").kill()
    third = (NAME, f"one ended with exit code 7; starting it again in {PAUSES[2]} s")
    assert wait_until(lambda: third in said, seconds=10)
    assert (NAME, f"one ended with exit code 7; starting it again in {PAUSES[1]} s") in said


def test_what_a_dead_process_forked_is_ended_too(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.launch([recipe(tmp_path, "one", FORKS)], seconds=10)
    one = Handle(supervisor, "one")
    assert one.pid
    forked = int(one.log.split()[1])
    os.kill(one.pid, signal.SIGKILL)
    assert wait_until(lambda: not is_alive(forked), seconds=5)


def test_a_process_that_dies_before_it_is_ready_stops_the_start_with_the_end_of_its_log(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    with pytest.raises(StackError, match=r"one ended before it was ready(.|\n)*before the end\nI am broken"):
        supervisor.launch([recipe(tmp_path, "two", RUNS), recipe(tmp_path, "one", BREAKS)], seconds=10)
    assert supervisor.units["one"].starts == 1


def test_a_process_that_is_never_ready_stops_the_start(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"one was not ready after 1 s(.|\n)*thinking"):
        supervisor.launch([recipe(tmp_path, "one", NEVER_READY)], seconds=1)


def test_a_restart_is_no_death(supervisor: Supervisor, tmp_path: Path, said: list[tuple[str, str]]) -> None:
    mended: list[str] = []
    supervisor.launch([recipe(tmp_path, "one", RUNS, after_restart=lambda: mended.append("one"))], seconds=10)
    Handle(supervisor, "one").restart()
    assert wait_until(lambda: mended == ["one"], seconds=5)
    assert supervisor.units["one"].deaths == 0
    assert not [line for name, line in said if "starting it again" in line]


def test_a_mend_that_takes_long_delays_neither_watching_nor_the_stop(
    supervisor: Supervisor, tmp_path: Path, said: list[tuple[str, str]]
) -> None:
    begun = threading.Event()

    def mend() -> None:
        begun.set()
        wait_until(lambda: supervisor.is_stopping, seconds=20)
        raise StackError("given up")

    supervisor.launch([recipe(tmp_path, "one", RUNS, mend), recipe(tmp_path, "two", RUNS)], seconds=10)
    Handle(supervisor, "one").kill()
    assert begun.wait(10)
    Handle(supervisor, "two").kill()
    assert wait_until(lambda: (NAME, "two is ready again") in said, seconds=10)
    started = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - started < 5
    assert (NAME, "given up") not in said


def test_a_mend_that_fails_is_tried_again(
    supervisor: Supervisor, tmp_path: Path, said: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MEND_AGAIN_SECONDS", 0.01)
    tries: list[str] = []

    def mend() -> None:
        tries.append("one")
        if len(tries) < 3:
            raise StackError(f"failed {len(tries)}")

    supervisor.launch([recipe(tmp_path, "one", RUNS, mend)], seconds=10)
    handle = Handle(supervisor, "one")
    handle.wait_mended()
    assert tries == []
    handle.kill()
    handle.wait_ready(after_starts=1)
    handle.wait_mended()
    assert len(tries) == 3
    assert [line for line in said if "failed" in line[1]] == [(NAME, "failed 1"), (NAME, "failed 2")]


def test_stop_ends_all_even_those_that_do_not_listen(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.5)
    supervisor.launch([recipe(tmp_path, "one", STUBBORN)], seconds=10)
    supervisor.launch([recipe(tmp_path, "two", FORKS)], seconds=10)
    pids = [int(line.split()[1]) for line in (tmp_path / "two.log").read_text().splitlines()]
    pids += [unit.pid for unit in supervisor.units.values() if unit.pid]
    supervisor.stop()
    assert wait_until(lambda: not any(map(is_alive, pids)), seconds=5)
