"""Logs of processes: files that grow."""

from pathlib import Path


class LogFile:
    """A growing log, read once from where it ended when this was made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.position = path.stat().st_size if path.exists() else 0
        self._half = b""

    def new_lines(self) -> list[str]:
        """Return the whole lines that were written since the last call."""
        if not self.path.exists() or self.path.stat().st_size == self.position:
            return []
        with self.path.open("rb") as file:
            file.seek(self.position)
            data = self._half + file.read()
            self.position = file.tell()
        *lines, self._half = data.split(b"\n")
        return [line.decode(errors="replace") for line in lines]


def tail(log: Path, lines: int = 20) -> str:
    """Return the end of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
