"""A file of the log that several processes write to, and that begins anew when it is large.

Python's own rotating handler is for one process: a worker's processes would each rename what the others write to.
"""

import fcntl
import os
from contextlib import suppress
from logging import LogRecord
from logging.handlers import WatchedFileHandler
from pathlib import Path


class SharedFileHandler(WatchedFileHandler):
    """Append to `filename`; beyond `most_bytes` it becomes `filename.1`, that `filename.2` …, of which some are `kept`.

    A line goes out in one write at the end of the file, so lines of several processes do not mix.
    """

    def __init__(self, filename: str, *, most_bytes: int, kept: int) -> None:
        self._most_bytes, self._kept = most_bytes, kept
        Path(filename).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(filename, encoding="utf-8")

    def emit(self, record: LogRecord) -> None:
        """Write a line, into a new file if this one is full; what goes wrong is no reason to stop working."""
        try:
            self.reopenIfNeeded()
            if self.stream is not None and os.fstat(self.stream.fileno()).st_size >= self._most_bytes:
                self._begin_anew()
        except OSError:
            self.handleError(record)
        super().emit(record)

    def _begin_anew(self) -> None:
        path = Path(self.baseFilename)
        # opened for each time: a lock that was there before a fork would be held by parent and child at once
        with path.with_name(f"{path.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                if path.stat().st_size >= self._most_bytes:  # else another process was quicker
                    for number in range(self._kept - 1, 0, -1):
                        with suppress(FileNotFoundError):
                            self._numbered(path, number).replace(self._numbered(path, number + 1))
                    path.replace(self._numbered(path, 1))
        self.reopenIfNeeded()

    @staticmethod
    def _numbered(path: Path, number: int) -> Path:
        return path.with_name(f"{path.name}.{number}")
