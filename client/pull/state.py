"""The row that says how far a back-fill is: begun, moved on, ended. Times are the database's."""

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from client.pull.lock import is_held
from client.pull.master import Page
from client.pull.models import Backfill
from client.replication.changes import Applied
from client.replication.declare import Replica

STALL = timedelta(seconds=15)  # without a page, and nobody at work: the worker is gone


class ReplacedError(Exception):
    """Somebody began the back-fill anew meanwhile."""


def lock_name(table: str) -> str:
    """Return the name of the lock that whoever works on a table's back-fill holds."""
    return f"backfill {table}"


def begin(table: str, *, rate: int | None = None, again: bool = False) -> Backfill:
    """Return the run that is to be worked on: one that has not come to its end, unless `again`, or a new one."""
    with transaction.atomic():
        Backfill.objects.get_or_create(
            table=table, defaults={"started_at": Now(), "moved_at": Now(), "finished_at": Now()}
        )
        held = Backfill.objects.select_for_update().get(table=table)
        if again or held.finished_at is not None:
            held = Backfill(table=table, run=uuid.uuid4(), started_at=Now())
        held.error, held.moved_at = "", Now()
        if rate is not None:  # else that of the run
            held.rate = rate
        held.save()
    return Backfill.objects.get(table=table)


def advance(state: Backfill, page: Page, counts: Mapping[str, int]) -> None:
    """Write down what became of a page, in the transaction that applied it. Raises ReplacedError."""
    state.position, state.last_page = page.last or state.position, not page.more
    add(state, counts, **({} if page.total is None else {"total": page.total}))


def add(state: Backfill, counts: Mapping[str, int], **fields: int) -> None:
    """Write down where the run is, and add to what became of its rows. Raises ReplacedError."""
    moved = Backfill.objects.filter(table=state.table, run=state.run).update(
        position=state.position,
        told=state.told,
        last_page=state.last_page,
        moved_at=Now(),
        **fields,
        **{outcome: F(outcome) + count for outcome, count in counts.items()},
    )
    if not moved:
        raise ReplacedError(state.table)


def settle(state: Backfill) -> None:
    """Write down that everything up to the present position is told, and whether that is the end."""
    ended = {"finished_at": Now()} if state.is_complete else {}
    Backfill.objects.filter(table=state.table, run=state.run).update(told=state.told, moved_at=Now(), **ended)


def fail(table: str, reason: str) -> None:
    """Write down why the run does not go on by itself."""
    Backfill.objects.filter(table=table, finished_at=None).update(error=reason, moved_at=Now())


def under_way(table: str) -> QuerySet[Backfill]:
    """Return the run that goes on by itself, also between two tasks of it, when nobody holds its lock."""
    return Backfill.objects.filter(table=table, finished_at=None, error="")


def stalled(table: str) -> bool:
    """Tell whether an unfinished run stands still with nobody at work; if so, the time is counted anew."""
    still = under_way(table).filter(moved_at__lt=Now() - STALL)
    return still.exists() and not is_held(lock_name(table)) and bool(still.update(moved_at=Now()))


def counted(replica: Replica, page: Page, applied: Applied) -> Counter[str]:
    """Count what became of the rows of a page; each has one outcome. What had to give way to them does not count."""
    mine = {change.key for change in page.changes}
    told = [change for change in applied.changes if change.key in mine]
    kept_out = sum(clash.field == replica.key for clash in applied.clashes)
    created = sum(change.created for change in told)
    return Counter(
        created=created,
        updated=len(told) - created,
        right=applied.unchanged,
        refused=len(applied.refused) + len(page.refused) + kept_out,
        ignored=applied.ignored,
    )
