"""Workers that apply at the same time, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import connection

from stack.waiting import wait_until
from tests.client.replication.listening import listening

SECONDS = 20.0  # after which a test that waits for ever is wrong


class Workers:
    """Threads; what they raise comes out of `result`."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.pool = pool

    def start(self, job: Callable[[], Any]) -> "Future[Any]":
        """Run a job in a thread."""
        return self.pool.submit(_run, job)

    def together(self, *jobs: Callable[[], Any]) -> None:
        """Run jobs from one moment on, and wait until they are done."""
        barrier = threading.Barrier(len(jobs))
        for started in [self.start(partial(_at_once, barrier, job)) for job in jobs]:
            started.result(SECONDS)


@contextmanager
def workers() -> Iterator[Workers]:
    """Give workers that are gone at the end of the block."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        yield Workers(pool)


def _at_once(barrier: threading.Barrier, job: Callable[[], Any]) -> None:
    barrier.wait(SECONDS)
    job()


def _run(job: Callable[[], Any]) -> Any:
    try:
        return job()
    finally:
        connection.close()


class Pause:
    """Hold the first batch in the middle of its transaction, with all locks taken."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.go = threading.Event()

    def __call__(self, sender: object, **kwargs: object) -> None:
        if not self.reached.is_set():
            self.reached.set()
            assert self.go.wait(SECONDS)


@contextmanager
def paused(group: Workers, job: Callable[[], Any]) -> Iterator[None]:
    """Start a job that stands still, with its locks taken, to the end of the block; then see it end well."""
    pause = Pause()
    with listening(pause):
        first = group.start(job)
        try:
            assert pause.reached.wait(SECONDS)
            yield
        finally:
            pause.go.set()
        first.result(SECONDS)


def wait_for_a_lock(count: int = 1) -> None:
    """Wait until so many connections wait for a lock of another."""
    assert wait_until(lambda: _waiting() >= count, seconds=SECONDS)


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND state = 'active'")
        return int(cursor.fetchone()[0])
