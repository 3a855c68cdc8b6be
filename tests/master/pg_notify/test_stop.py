"""A stop is seen by `select`, also when a signal sets it."""

import _thread
import os
import select
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from master.pg_notify.listener import Listener
from master.pg_notify.stop import Stop


def is_readable(stop: Stop) -> bool:
    return bool(select.select([stop], [], [], 0)[0])


def test_it_is_readable_from_when_it_is_set_and_stays_so() -> None:
    with Stop() as stop:
        assert not stop.is_set()
        assert not is_readable(stop)
        for _ in range(100_000):
            stop.set()
        assert stop.is_set()
        assert is_readable(stop)
        assert is_readable(stop)


@pytest.fixture
def signals_restored() -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_sets_it(signals_restored: None, number: signal.Signals) -> None:
    with Stop.on_signals() as stop:
        os.kill(os.getpid(), number)
        assert select.select([stop], [], [], 5)[0]
        assert stop.is_set()


@pytest.mark.django_db(transaction=True)
def test_a_signal_that_comes_just_before_a_wait_ends_it(signals_restored: None) -> None:
    listener = Listener("nothing")
    with Stop.on_signals() as stop:
        assert listener.wait(stop).reconnected
        timers = [
            threading.Timer(0.1, _thread.interrupt_main, [signal.SIGTERM]),  # like that one, it wakes no wait
            threading.Timer(10, stop.set),
        ]
        for timer in timers:
            timer.start()
        began = time.monotonic()
        listener.wait(stop)
        timers[1].cancel()
    listener.close()
    assert time.monotonic() - began < 5
