"""A picture's way from begin to done: one for each user at a time, in the database, so that it survives a reload.

Each step is one conditional UPDATE. Who finds that his run is not the present one any more, because it was cancelled
or begun anew, stops and changes nothing.
"""

import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta
from time import monotonic

from django.db.models import Q, QuerySet
from django.utils import timezone

from client.profile import counters
from client.profile.models import Phase, Picture
from client.profile.png import encode

EVERY = 0.25  # seconds between two lines of news
DRAWN_WITHIN = timedelta(seconds=8)  # a worker that has not said anything for so long is taken for dead
TAKEN_WITHIN = timedelta(minutes=2)  # by a worker, which may have longer tasks before this one
NOW = (Phase.WAITING, Phase.DRAWING)

Tell = Callable[[], None]


def patience(phase: str) -> timedelta:
    """Return how long nothing may happen in a phase before it is called stalled."""
    return {Phase.WAITING: TAKEN_WITHIN, Phase.DRAWING: DRAWN_WITHIN}.get(Phase(phase), timedelta(0))


def begin(user_pk: int) -> uuid.UUID | None:
    """Return the new run; None while one is under way. One that has stalled is given up."""
    now = timezone.now()
    Picture.objects.bulk_create([Picture(pk=user_pk, moved_at=now)], ignore_conflicts=True)
    waiting = Q(phase=Phase.WAITING, moved_at__gt=now - TAKEN_WITHIN)
    drawing = Q(phase=Phase.DRAWING, moved_at__gt=now - DRAWN_WITHIN)
    run = uuid.uuid4()
    free = Picture.objects.filter(pk=user_pk).exclude(waiting | drawing)
    return run if free.update(run=run, phase=Phase.WAITING, done=0, moved_at=now) else None


def cancel(user_pk: int) -> bool:
    """End what is under way, whether a worker has it or not; return whether there was anything."""
    return bool(
        Picture.objects.filter(pk=user_pk, phase__in=NOW).update(phase=Phase.CANCELLED, moved_at=timezone.now())
    )


def fail(user_pk: int, run: uuid.UUID) -> None:
    """Say that a run came to nothing."""
    _present(user_pk, run).update(phase=Phase.FAILED, moved_at=timezone.now())


def draw(user_pk: int, run: uuid.UUID, rows: Iterable[bytes], height: int, colour: str, *, tell: Tell) -> str:
    """Draw a picture of as many rows to its end; return how it ended. `tell` is called when there is news."""
    try:
        outcome = _draw(user_pk, run, rows, height, colour, tell)
    except Exception:
        counters.pictures.labels(outcome="failed").inc()
        fail(user_pk, run)
        tell()
        raise
    counters.pictures.labels(outcome=outcome).inc()
    return outcome


def _draw(user_pk: int, run: uuid.UUID, rows: Iterable[bytes], height: int, colour: str, tell: Tell) -> str:
    if not _moved(user_pk, run, 0):
        return "overtaken"  # cancelled, or begun anew, before a worker took it up
    tell()
    drawn = _rows(user_pk, run, rows, height, tell)
    if drawn is None or not _finish(user_pk, run, encode(drawn, colour)):
        return "cancelled"
    tell()
    return "drawn"


def _rows(user_pk: int, run: uuid.UUID, rows: Iterable[bytes], height: int, tell: Tell) -> list[bytes] | None:
    """Return all rows; None as soon as the run is not the present one."""
    drawn: list[bytes] = []
    told = monotonic()
    for row in rows:
        drawn.append(row)
        if monotonic() - told < EVERY:
            continue
        if not _moved(user_pk, run, 100 * len(drawn) // height):
            return None
        told = monotonic()
        tell()
    return drawn


def _finish(user_pk: int, run: uuid.UUID, png: bytes) -> bool:
    values = {"phase": Phase.DONE, "done": 100, "moved_at": timezone.now(), "png": png, "drawn": run}
    return bool(_present(user_pk, run).update(**values))


def _moved(user_pk: int, run: uuid.UUID, done: int) -> bool:
    return bool(_present(user_pk, run).update(phase=Phase.DRAWING, done=done, moved_at=timezone.now()))


def _present(user_pk: int, run: uuid.UUID) -> QuerySet[Picture]:
    return Picture.objects.filter(pk=user_pk, run=run, phase__in=NOW)
