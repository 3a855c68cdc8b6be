"""A stop that a waiting loop can wait for, beside its other news."""

import signal
import socket
from types import FrameType


class Stop:
    """Set once, by a signal or by another thread; readable like a file, so that `select` sees it.

    As a context manager it gives its descriptors back at the end, when nobody waits for it or sets it any more.
    """

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._set = False

    def set(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Ask the loop to stop (also fit as a signal handler)."""
        if not self._set:
            self._set = True
            self._writer.send(b"\0")

    def is_set(self) -> bool:
        """Tell whether the loop was asked to stop."""
        return self._set

    def fileno(self) -> int:
        """Return the descriptor that is readable once the stop is set."""
        return self._reader.fileno()

    def __enter__(self) -> "Stop":
        return self

    def __exit__(self, *exception: object) -> None:
        self._reader.close()
        self._writer.close()

    @classmethod
    def on_signals(cls) -> "Stop":
        """Return a stop that SIGTERM and SIGINT set."""
        stop = cls()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop.set)
        return stop
