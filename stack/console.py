"""The terminal: what processes log, as people read it. It never holds up whoever speaks."""

import contextlib
import os
import queue
import sys
import threading

from stack.logview import render

WIDTH = 15  # of the longest process's name
BACKLOG_LINES = 10_000
FLUSH_SECONDS = 2.0


class Console:
    """Writes from a thread of its own; when nobody reads, lines are dropped: they stand in the log files too."""

    def __init__(self) -> None:
        self._fd = sys.stdout.fileno()
        self._colour = "NO_COLOR" not in os.environ and ("FORCE_COLOR" in os.environ or os.isatty(self._fd))
        self._lines: queue.Queue[str | None] = queue.Queue(BACKLOG_LINES)
        self._thread = threading.Thread(target=self._write, name="console", daemon=True)
        self._thread.start()

    def say(self, name: str, line: str) -> None:
        """Print a line of a process's log."""
        self.print(render(name, line, width=WIDTH, colour=self._colour))

    def print(self, text: str) -> None:
        """Print a text."""
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(text)

    def close(self) -> None:
        """Write what is still waiting, if anybody reads."""
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(None)
        self._thread.join(FLUSH_SECONDS)

    def _write(self) -> None:
        while (text := self._lines.get()) is not None:
            data = f"{text}\n".encode()
            try:
                while data:
                    data = data[os.write(self._fd, data) :]
            except OSError:
                return  # the reader is gone
