"""A server from a wheel: what it needs, how it is run, and whether it answers."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from stack.child import Child
from stack.errors import StackError
from stack.logs import tail
from stack.waiting import wait_until

START_SECONDS = 60.0  # as long as a recovery after a crash may take


class Server(Protocol):
    """PostgreSQL, Redis or the AWS emulator."""

    name: str
    directory: Path
    stop_signal: signal.Signals

    def prepare(self) -> None:
        """Create what the server needs before it can run."""

    def argv(self) -> list[str]:
        """Return the command that runs the server."""

    def answers(self) -> bool:
        """Tell whether the server serves."""


@contextmanager
def running(server: Server) -> Iterator[Child]:
    """Run a server by itself, from when it answers to the end of the block."""
    server.prepare()
    log = server.directory / f"{server.name}.log"
    child = Child(server.argv(), log=log, stop_signal=server.stop_signal, death_signal=server.stop_signal)
    try:
        wait_until(lambda: child.exit_code is not None or server.answers(), seconds=START_SECONDS)
        if child.exit_code is not None or not server.answers():
            raise StackError(f"{server.name} did not start; the end of its log, {log}:\n{tail(log)}")
        yield child
    finally:
        child.stop()
