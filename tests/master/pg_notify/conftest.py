"""Whoever listens, listens in a thread of its own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection

from master.pg_notify.listener import listen
from master.pg_notify.stop import Stop
from stack.waiting import wait_until
from tests.master.threads import in_thread

Heard = list[str]
Listening = Callable[..., AbstractContextManager[Heard]]


def listening_sessions() -> set[int]:
    """Return the processes of PostgreSQL that listen at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN %%' AND state = 'idle'", [])
        return {pid for (pid,) in cursor.fetchall()}


@pytest.fixture
def listening() -> Listening:
    """Return what fills a list with the payloads heard on a channel, from when it listens to the end of the block."""

    @contextmanager
    def heard_on(channel: str) -> Iterator[Heard]:
        heard: Heard = []
        with Stop() as stop, in_thread(lambda: heard.extend(_noted(channel, stop, heard))):
            try:
                assert wait_until(lambda: bool(listening_sessions()), seconds=10)
                yield heard
            finally:
                stop.set()

    return heard_on


def _noted(channel: str, stop: Stop, heard: Heard) -> Heard:
    for payload in listen(channel, stop=stop):
        heard.append(payload)
    return []
