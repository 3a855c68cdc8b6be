"""Tell the page what was applied: from a thread of its own, a few times a second, so that apply never waits for it."""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from django.db import DatabaseError, InterfaceError, connection
from redis.exceptions import RedisError

from client.live.push import Push, push_rendered
from client.live.topics import REPLICATION
from client.overview import samples
from client.overview.samples import Sample, Told, joined
from client.overview.state import overview
from client.replication.changes import RowChange

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.25  # what is applied in it is one sample
PUSH_SECONDS = 1.0  # from one push of this process to the next
FAILED_SECONDS = 5.0  # after a failure: whoever is in trouble is not to be bothered

Later = Callable[[float, Callable[[], None]], None]


def in_a_thread(seconds: float, work: Callable[[], None]) -> None:
    """Do some work later, in a thread that ends with the process."""
    timer = threading.Timer(seconds, work)
    timer.daemon = True
    timer.start()


def told(changes: Sequence[RowChange], *, now: datetime) -> Told | None:
    """Sum up what was applied to one table; None where it was only told again."""
    written = [change for change in changes if not change.repeated]
    if not written:
        return None
    newest = max(change.version for change in written)
    changed = [change.changed_at for change in written if change.changed_at]
    if not changed:
        return Told(newest=newest, sample=None)
    lag = max(0, round((now - min(changed)).total_seconds() * 1000))  # clocks may differ
    return Told(newest=newest, sample=Sample(at=round(now.timestamp() * 1000), lag=lag, changes=len(written)))


class Teller:
    """Collects what batches applied, and tells it later; what fails is logged and forgotten."""

    def __init__(self, later: Later) -> None:
        self._later = later
        self.forget()
        os.register_at_fork(after_in_child=self.forget)  # the thread stays behind

    def forget(self) -> None:
        """Begin anew."""
        self._lock = threading.Lock()
        self._pending: dict[str, Told] = {}
        self._scheduled = False
        self._pause = PAUSE_SECONDS
        self._pushed = 0.0

    def note(self, table: str, changes: Sequence[RowChange]) -> None:
        """Take in what a batch has written; it costs no question to anybody."""
        summed_up = told(changes, now=datetime.now(UTC))
        if summed_up is None:
            return
        with self._lock:
            held = self._pending.get(table)
            self._pending[table] = both(held, summed_up) if held else summed_up
        self._schedule(self._pause)

    def tell(self) -> None:
        """Write what is pending, and push unless the last push was a moment ago: then later."""
        with self._lock:
            pending, self._pending, self._scheduled = self._pending, {}, False
        try:
            if pending:
                samples.write(pending)
            self._push_or_wait()
            self._pause = PAUSE_SECONDS
        except (RedisError, OSError, DatabaseError, InterfaceError) as error:
            self._pause = FAILED_SECONDS
            logger.warning("overview not told", extra={"error.message": str(error)})

    def _push_or_wait(self) -> None:
        wait = self._pushed + PUSH_SECONDS - time.monotonic()
        if wait > 0:
            self._schedule(wait)
            return
        self._pushed = time.monotonic()
        push_overview()

    def _schedule(self, seconds: float) -> None:
        with self._lock:
            if self._scheduled:
                return
            self._scheduled = True
        self._later(seconds, self._tell_and_disconnect)

    def _tell_and_disconnect(self) -> None:
        try:
            self.tell()
        finally:
            connection.close()  # this thread's own


def both(one: Told, other: Told) -> Told:
    """Return what two batches of one table say together."""
    found = [each.sample for each in (one, other) if each.sample]
    sample = joined(*found) if len(found) == 2 else next(iter(found), None)
    return Told(newest=max(one.newest, other.newest), sample=sample)


def push_overview() -> None:
    """Push the present state, if anybody looks at it."""
    push_rendered([REPLICATION], lambda heard: [Push(topic=REPLICATION, signal="replication.changed", data=overview())])


teller = Teller(in_a_thread)
