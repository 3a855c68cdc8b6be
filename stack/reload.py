"""Restart the processes whose source changed."""

import threading
from collections.abc import Iterable
from pathlib import Path

import watchfiles

from stack.processes import Process
from stack.supervisor import NAME, Say, Supervisor

SHARED = ("telemetry", "wire")  # in every process
SUFFIXES = (".py", ".html")


class Reloader:
    """Watches the source from its own thread."""

    def __init__(self, root: Path, supervisor: Supervisor, processes: Iterable[Process], say: Say) -> None:
        self.root = root
        self.supervisor = supervisor
        self.processes = list(processes)
        self.say = say
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="reloader", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        rooms = [self.root / name for name in ("client", "master", "templates", *SHARED)]
        for changes in watchfiles.watch(*filter(Path.is_dir, rooms), watch_filter=_matters, stop_event=self._stop):
            paths = [Path(path).relative_to(self.root) for _, path in changes]
            names = affected(paths, self.processes)
            if names:
                self.say(NAME, f"{paths[0]} changed; restarting {', '.join(names)}")
                self.supervisor.restart(names)


def affected(paths: Iterable[Path], processes: Iterable[Process]) -> list[str]:
    """Return the names of the processes that a change of these files concerns.

    Templates, `templates/<project>/…`, are read by webs only.
    """
    changed = list(paths)
    return [process.name for process in processes if any(_concerns(path, process) for path in changed)]


def _concerns(path: Path, process: Process) -> bool:
    package = process.project.split("-")[0]
    if path.suffix == ".html":
        return process.is_web and package in path.parts
    return path.parts[0] in (package, *SHARED)


def _matters(change: watchfiles.Change, path: str) -> bool:
    return path.endswith(SUFFIXES)
