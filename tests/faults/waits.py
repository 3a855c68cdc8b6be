"""Who waits for whom in master's database: looked at again and again while others work."""

import threading
from dataclasses import dataclass, field

import psycopg

LOOK_SECONDS = 0.01
# A save that waits for a lock, and what holds it: a process of ours is any client that is no writer and not we.
WAITS = """\
SELECT w.application_name, b.application_name, left(b.query, 200)
FROM pg_stat_activity w
CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS blocking (pid)
JOIN pg_stat_activity b ON b.pid = blocking.pid
WHERE w.wait_event_type = 'Lock' AND w.application_name LIKE 'writer-%' AND b.backend_type = 'client backend'"""


@dataclass
class Watch:
    """Looks until told to stop."""

    url: str
    looks: int = 0
    among_writers: int = 0  # waits of a writer for another
    for_us: list[str] = field(default_factory=list)  # waits of a writer for a process of ours: what it was at
    error: BaseException | None = None

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._stop.set()
        self._thread.join(30)

    def _run(self) -> None:
        try:
            with psycopg.connect(self.url, autocommit=True, application_name="watch") as connection:
                while not self._stop.wait(LOOK_SECONDS):
                    self._look(connection)
        except BaseException as error:
            self.error = error

    def _look(self, connection: psycopg.Connection) -> None:
        self.looks += 1
        for _, blocker, query in connection.execute(WAITS).fetchall():
            if blocker.startswith("writer-"):
                self.among_writers += 1
            else:
                self.for_us.append(f"{blocker or 'unnamed'}: {query}")
