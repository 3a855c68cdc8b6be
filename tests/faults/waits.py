"""Who waits for whom in master's database: looked at again and again while others work."""

import threading
from dataclasses import dataclass, field

import psycopg

LOOK_SECONDS = 0.01
IDLE_SECONDS = 0.2  # between a statement and the commit that follows it at once, on a busy machine
# A save that waits for a lock: whom for, since when, and whether that one sits idle or waits itself. A process of ours
# is any client of the database that is neither a writer nor the one that looks.
WAITS = f"""\
SELECT b.application_name,
    b.state LIKE 'idle in transaction%' AND b.state_change < clock_timestamp() - make_interval(secs => {IDLE_SECONDS})
    OR b.wait_event_type IS NOT DISTINCT FROM 'Lock',
    (extract(epoch FROM clock_timestamp() - l.waitstart) * 1000)::float, left(b.query, 80)
FROM pg_stat_activity w
JOIN pg_locks l ON l.pid = w.pid AND NOT l.granted AND l.waitstart IS NOT NULL
CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS blocking (pid)
JOIN pg_stat_activity b ON b.pid = blocking.pid
WHERE w.wait_event_type = 'Lock' AND w.application_name LIKE 'writer-%' AND b.backend_type = 'client backend'"""  # noqa: S608 - a number of ours


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A save of a writer that waits for a process of ours, as it was seen at one moment."""

    stuck: bool  # the other holds its lock while it does nothing, or waits for a lock itself
    waited_ms: float
    query: str  # of the other


@dataclass
class Watch:
    """Looks until told to stop."""

    url: str
    looks: int = 0
    among_writers: list[float] = field(default_factory=list)  # milliseconds that one writer waited for another
    for_us: list[Wait] = field(default_factory=list)
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
        for blocker, stuck, waited, query in connection.execute(WAITS).fetchall():
            if blocker.startswith("writer-"):
                self.among_writers.append(waited)
            else:
                self.for_us.append(Wait(stuck=stuck, waited_ms=waited, query=query))
