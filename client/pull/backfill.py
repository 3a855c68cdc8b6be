"""Bring a table everything that master has: page by page, each with its position in one transaction.

Live changes flow meanwhile: the guards let the newer version win, whichever way it comes.
"""

import logging
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from django.db import transaction

from client.pull import metrics, replay, state
from client.pull.errors import MasterError, MasterUnreachableError
from client.pull.lock import alone
from client.pull.master import Page, page
from client.pull.models import Backfill
from client.pull.state import ReplacedError
from client.replication.announce import announce
from client.replication.apply import apply
from client.replication.changes import Applied
from client.replication.declare import Replica, replicas
from client.replication.report import report
from telemetry.ecs import duration

logger = logging.getLogger(__name__)

PAGE_ROWS = 1_000
SLICE_SECONDS = 4.0  # of one task: then the next goes on, so that a worker stops within the ten that it is given
PATIENCE = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds before master, which may just be restarting, is asked again


def work(table: str, seconds: float = SLICE_SECONDS) -> bool:
    """Work on a table's back-fill for a while; return whether there is more to do and nobody else does it.

    Master's refusal ends the run with an error, from which `begin` goes on. Raises what database and Redis raise.
    """
    with alone(state.lock_name(table)) as locked:
        if not locked:
            return False
        try:
            return Slice(replicas[table], seconds).work()
        except MasterError as error:
            logger.error("back-fill failed", extra={"table": table, "error.message": str(error)})
            state.fail(table, str(error))
            return False


class Slice:
    """The pages that one task takes. The next one is fetched while the present one is applied."""

    def __init__(self, replica: Replica, seconds: float) -> None:
        self.replica = replica
        self.ends_at = time.monotonic() + seconds
        self.pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="backfill")

    def work(self) -> bool:
        """Work until the time is over or the run is at its end; return whether there is more."""
        with self.pool:
            while run := state.under_way(self.replica.table).first():
                with suppress(ReplacedError):  # then go on with the new run
                    self._work_on(run)
                    state.settle(run)
                    if run.is_complete:
                        self._log(run)
                    return not run.is_complete
        return False

    def _work_on(self, run: Backfill) -> None:
        limit = min(PAGE_ROWS, run.rate or PAGE_ROWS)
        if run.told != run.position:
            self._replay(run, limit)
            if run.is_complete or time.monotonic() >= self.ends_at:
                return
        began_at = time.monotonic()
        fetched: Future[Page] | None = self._fetch(run.told, limit)
        while fetched:
            present, fetched = fetched.result(), None
            if present.more and time.monotonic() < self.ends_at:
                fetched = self._fetch(present.last or "", limit)
            self._take(run, present)
            if run.rate:
                began_at = _keep_to(run.rate, len(present.changes), began_at)

    def _fetch(self, after: str, limit: int) -> Future[Page]:
        return self.pool.submit(_patient_page, self.replica.table, after, limit)

    def _take(self, run: Backfill, present: Page) -> None:
        """Apply a page and tell of it."""
        with transaction.atomic():
            applied = apply(self.replica, present.changes)
            counts = state.counted(self.replica, present, applied)
            state.advance(run, present, counts)
        self._report(present, applied, counts)
        announce(self.replica, applied.changes)
        run.told = run.position

    def _replay(self, run: Backfill, limit: int) -> None:
        """Tell again what a killed task had applied, and perhaps not told, until its position is passed.

        Master has made and deleted rows since, and `limit` may be another: no page need end where one ended then.
        """
        following = _patient_page(self.replica.table, run.position, 1).last
        began_at = time.monotonic()
        while run.told != run.position:
            present = _patient_page(self.replica.table, run.told, limit)
            again = replay.cut(present, run.position, following)
            self._tell_again(run, again)
            run.told = again.last if again.more and again.last else run.position
            if time.monotonic() >= self.ends_at:
                return
            if run.rate:
                began_at = _keep_to(run.rate, len(again.changes), began_at)

    def _tell_again(self, run: Backfill, present: Page) -> None:
        """Apply a page that was applied, and tell all of it; only what is new in it has not been counted yet."""
        with transaction.atomic():
            applied = apply(self.replica, present.changes, again=True)
            created = state.counted(self.replica, present, applied)["created"]
            state.add(run, {"created": created})
        self._report(present, applied, {"created": created})
        announce(self.replica, applied.changes)

    def _report(self, present: Page, applied: Applied, counts: Mapping[str, int]) -> None:
        report(self.replica.table, applied)
        for outcome, count in counts.items():
            metrics.backfilled.labels(self.replica.table, outcome).inc(count)
        for change, reason in [*applied.refused, *present.refused]:
            fields = {"table": self.replica.table, "key": change.key, "error.message": reason}
            logger.error("row refused", extra=fields)

    def _log(self, run: Backfill) -> None:
        run.refresh_from_db()
        counts = {f"rows_{name}": getattr(run, name) for name in ("created", "updated", "right", "refused", "ignored")}
        seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0.0
        logger.info("back-filled", extra={"table": run.table, **counts, "event.duration": duration(seconds)})


def _patient_page(table: str, after: str, limit: int) -> Page:
    for pause in PATIENCE:
        with suppress(MasterUnreachableError):
            return page(table, after=after or None, limit=limit)
        time.sleep(pause)
    return page(table, after=after or None, limit=limit)


def _keep_to(rate: int, rows: int, began_at: float) -> float:
    """Wait until a page's time is over; return when the next one's begins."""
    due = began_at + rows / rate
    time.sleep(max(0.0, due - time.monotonic()))
    return max(due, time.monotonic())
