"""A relay that runs beside the test, and a stand-in for the broker."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import pytest
from django.db import connection

from master.outbox import relay
from master.pg_notify.stop import Stop
from tests.master.listeners import listeners, wait_for_another
from tests.master.threads import in_thread


class FakeBroker:
    """Takes the relay's tasks and counts them; fails when told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.waiting = 0  # tasks in the queue
        self.looks = 0  # times that the relay wanted to know
        self.failure: Exception | None = None
        self.work: Callable[[], object] = lambda: None  # what the task does
        self._lock = Lock()

    def tasks_waiting(self) -> int:
        with self._lock:
            self.looks += 1
        if self.failure:
            raise self.failure
        return self.waiting

    def apply_async(self, **options: Any) -> None:
        assert options == {"retry": False}, "the relay never waits for the broker"
        if self.failure:
            raise self.failure
        with self._lock:
            self.asked += 1
        self.work()

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(relay, "publish_tasks_waiting", self.tasks_waiting)
        monkeypatch.setattr(relay.publish, "apply_async", self.apply_async)


@contextmanager
def running_relay(*, idle_seconds: float | None) -> Iterator[Stop]:
    """Run a relay beside the block, from when it listens; stop it at the end."""
    before = listeners()
    with Stop() as stop, in_thread(lambda: relay.run(stop, idle_seconds=idle_seconds)):
        try:
            wait_for_another(before)
            yield stop
        finally:
            stop.set()


def terminate_all_others() -> int:
    """End every other connection to this database, as a restart of the server would; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])
