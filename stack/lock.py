"""One stack at a time in a directory."""

import fcntl
import os
from pathlib import Path
from typing import IO

from stack.errors import StackError


class Lock:
    """A lock that the kernel releases with the process, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Take the lock; raise StackError when another process holds it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = self.path.read_text().strip()
            file.close()
            raise StackError(
                f"A stack runs in {self.path.parent} already, as process {owner}. Stop it first."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Release the lock, if it was taken."""
        if self._file:
            self._file.close()
            self._file = None
