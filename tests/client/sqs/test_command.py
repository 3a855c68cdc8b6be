"""`python -m client listener`."""

import logging
import os
import signal
import threading
from collections.abc import Iterator

import pytest
from django.core.management import call_command

from client.sqs import listener as room
from client.sqs.gate import Gate
from client.sqs.queue import Message


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """Leave this process's own signal handlers as they were."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class OpenGate(Gate):
    """Always open."""

    def is_open(self) -> bool:
        """Answer."""
        return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_listener_says_that_it_is_ready_and_ends_on_a_signal(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    untold = threading.Lock()

    def receive() -> list[Message]:
        if untold.acquire(blocking=False):  # one of all threads: a second may come when none is awaited
            os.kill(os.getpid(), number)
        return []

    monkeypatch.setattr(room, "receive", receive)
    monkeypatch.setattr(room, "Gate", OpenGate)
    with caplog.at_level(logging.INFO):
        call_command("listener")
    assert [record.message for record in caplog.records if record.name.endswith("listener")] == ["ready", "stopped"]
