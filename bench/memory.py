"""The most memory that each process has had."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from bench.report import Report
from stack.stack import Stack

LOOK_SECONDS = 0.5
MOST_MB = 300.0
SERVERS = {"postgresql", "redis", "aws"}  # not ours; PostgreSQL's processes share most of what they have

_commands: dict[int, str] = {}  # that are under way beside the stack, by process id


@contextmanager
def watched(stack: Stack) -> Iterator[dict[str, float]]:
    """Look at our processes while the block runs; give the largest resident size of each, in MB."""
    most: dict[str, float] = {}
    stop = threading.Event()
    watching = threading.Thread(target=_watch, args=(stack, most, stop))
    watching.start()
    try:
        yield most
    finally:
        stop.set()
        watching.join()


@contextmanager
def counted_in(command: str, pid: int) -> Iterator[None]:
    """Let a command that the bench has started be watched as well, while the block runs."""
    _commands[pid] = command
    try:
        yield
    finally:
        del _commands[pid]


def report_most(report: Report, name: str, most: dict[str, float]) -> None:
    """Report the largest of all."""
    process = max(most, key=most.__getitem__)
    report.at_most(f"  most memory of a process during {name}", most[process], f"MB ({process})", MOST_MB)


def _watch(stack: Stack, most: dict[str, float], stop: threading.Event) -> None:
    while not stop.wait(LOOK_SECONDS):
        for name, pid in _watched_now(stack):
            most[name] = max(most.get(name, 0.0), _largest(pid))


def _watched_now(stack: Stack) -> Iterator[tuple[str, int]]:
    for name in stack.supervisor.units:
        pid = stack.process(name).pid
        if pid is not None and name not in SERVERS:
            yield name, pid
    for pid, name in list(_commands.items()):
        yield name, pid


def _largest(pid: int) -> float:
    """Return the size of the largest of a process and its children."""
    largest = 0.0
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for each in [process, *process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                largest = max(largest, each.memory_info().rss / 1e6)
    return largest
