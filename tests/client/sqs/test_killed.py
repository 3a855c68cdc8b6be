"""A worker that dies at any line loses nothing: what is left in SQS brings everything to its right end."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import Any

import pytest
from django.db import connection, transaction

from client.replication import announce, apply, batch, report
from client.replication.announce import rows_applied
from client.replication.changes import RowChange
from client.replication.models import AppliedRow
from client.replication.triggers import APPLYING
from client.sqs import signals
from client.sqs.signals import apply_messages
from tests.client.replication.listening import listening
from tests.client.sqs.events import body, delete, upsert
from tests.client.sqs.queues import FakeQueue, argument
from tests.client.things.models import Label

pytestmark = pytest.mark.django_db(transaction=True)

BODIES = {
    "m1": body(upsert("labels", "red", 2, text="Red"), upsert("unknown", "x", 1)),
    "m2": body(upsert("labels", "blue", 3, text="Blue"), upsert("labels", "NUL", 4, text="\0")),
    "m3": body(delete("labels", "green", 5)),
}
RECEIPTS = [f"receipt of {name}" for name in BODIES]
ACTING = tuple(str(module.__file__) for module in (announce, apply, batch, report, signals))  # the others only decide


class Killed(BaseException):
    """The worker is gone, as if by SIGKILL: nothing catches it."""


class Told:
    """A page that remembers what it was told."""

    def __init__(self) -> None:
        self.keys: set[tuple[str, str]] = set()

    def __call__(self, sender: object, changes: list[RowChange], **kwargs: object) -> None:
        self.keys |= {(change.op, change.key) for change in changes}


@contextmanager
def killed_at(line: int) -> Iterator[list[tuple[str, int]]]:
    """Raise Killed at the n-th line of ours that is run; give the list of the lines that were run."""
    run: list[tuple[str, int]] = []

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(ACTING):
            return None
        if event == "line":
            run.append((frame.f_code.co_filename, frame.f_lineno))
            if len(run) == line:
                raise Killed
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield run
    finally:
        sys.settrace(before)


def work() -> None:
    apply_messages(None, lane="fast", messages=[argument(text, name=name) for name, text in BODIES.items()])


def worker(job: Callable[[], Any]) -> Any:
    """Run a job as a worker that ends with it: its connection breaks off in whatever transaction it is."""

    def live() -> Any:
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(live).result(60)


def killed_worker(line: int) -> list[tuple[str, int]]:
    """Let a worker die at the n-th line that it runs; return the lines that it ran."""
    with killed_at(line) as lines, suppress(Killed):
        work()
    return lines


def prepare(fake: FakeQueue) -> None:
    """Begin anew, with one label that is to be deleted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {APPLYING} = 'on'")
        cursor.execute("DELETE FROM things_label; DELETE FROM replication_applied_row")
    apply_messages(None, lane="fast", messages=[argument(body(upsert("labels", "green", 1, text="Green")))])
    fake.done.clear()


def assert_done(fake: FakeQueue, told: Told) -> None:
    """Assert that every change is applied and told, and every bad event in the dead-letter queue."""
    assert set(Label.objects.values_list("slug", "text")) == {("red", "Red"), ("blue", "Blue")}
    assert set(AppliedRow.objects.values_list("key", "version")) == {("red", 2), ("blue", 3), ("green", 5)}
    assert told.keys >= {("upsert", "red"), ("upsert", "blue"), ("delete", "green")}
    assert {message for message, _, _ in fake.letters} == {"m1", "m2"}


def die_and_come_again(fake: FakeQueue, line: int) -> None:
    told = Told()
    with listening(told, rows_applied):
        prepare(fake)
        assert len(worker(partial(killed_worker, line))) == line
        if fake.deleted:
            assert_done(fake, told)
        worker(work)  # what was deleted would not come again; that it harms nothing if it does is shown as well
    assert_done(fake, told)
    assert fake.deleted[-len(RECEIPTS) :] == RECEIPTS


def test_a_worker_may_die_at_any_line(fake: FakeQueue) -> None:
    prepare(fake)
    lines = worker(partial(killed_worker, 0))
    last = {place: n for n, place in enumerate(lines, start=1)}
    assert len(last) > 100
    for line in sorted(last.values()):
        die_and_come_again(fake, line)
