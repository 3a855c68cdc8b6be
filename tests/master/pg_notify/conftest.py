"""Whoever listens, listens in a thread of its own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from master.pg_notify.listener import listen
from master.pg_notify.stop import Stop
from tests.master.listeners import listeners, wait_for_another
from tests.master.threads import in_thread

Heard = list[str]
Listening = Callable[..., AbstractContextManager[Heard]]


@pytest.fixture
def listening() -> Listening:
    """Return what fills a list with the payloads heard on a channel, from when it listens to the end of the block."""

    @contextmanager
    def heard_on(channel: str) -> Iterator[Heard]:
        heard: Heard = []
        before = listeners()
        with Stop() as stop, in_thread(lambda: heard.extend(_noted(channel, stop, heard))):
            try:
                wait_for_another(before)
                yield heard
            finally:
                stop.set()

    return heard_on


def _noted(channel: str, stop: Stop, heard: Heard) -> Heard:
    for payload in listen(channel, stop=stop):
        heard.append(payload)
    return []
