"""A broker that accepts and does not answer: a hand-over fails in time, and the listener ends in time."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

LISTEN = """
import time
import django
django.setup()
from django.core.management import call_command
from client.sqs.gate import Gate
from client.sqs.listener import Listener, Received
from client.sqs.management.commands import listener as command
from client.sqs.queue import Message
Gate.is_open = lambda gate: False
listener = Listener()
command.Listener = lambda: listener
listener._received.put(Received(message=Message(id="1", receipt="r", body="[]"), at=time.time()))
call_command("listener")
"""


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Give a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        yield server


@contextmanager
def listener(broker: socket.socket) -> Iterator[subprocess.Popen[str]]:
    """Run a listener that has one message to hand over."""
    url = f"redis://127.0.0.1:{broker.getsockname()[1]}/0"
    env = {**os.environ, "REDIS_URL": url, "DJANGO_SETTINGS_MODULE": "client.settings"}
    with subprocess.Popen([sys.executable, "-c", LISTEN], env=env, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_hand_over_fails_within_seconds(silent: socket.socket) -> None:
    with listener(silent) as process, silent.accept()[0]:
        assert process.stderr is not None
        started = time.monotonic()
        line = next(line for line in process.stderr if "handed over" in line or "broker unreachable" in line)
        assert "broker unreachable" in line
        assert time.monotonic() - started < 8.0


def test_the_listener_ends_within_two_seconds_while_its_hand_over_hangs(silent: socket.socket) -> None:
    with listener(silent) as process, silent.accept()[0]:
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert time.monotonic() - started < 2.0
