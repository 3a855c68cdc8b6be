"""`python -m master notices`, and `python -m websockets` by hand."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sesame.utils import get_token
from websockets.exceptions import ConnectionClosed

from stack.ports import free_port
from tests.few_files import FEW, few_files
from tests.master.notices.serving import listening, member, notice
from tests.master.starting import ROOT, database_url_of_the_test
from tests.surroundings import SURROUNDINGS

pytestmark = pytest.mark.django_db(transaction=True)


class Running:
    """The command, started as an operator starts it."""

    def __init__(self, port: int, redis_url: str) -> None:
        self.port = port
        self.address = f"ws://127.0.0.1:{port}/"
        env = os.environ | SURROUNDINGS | {"DATABASE_URL": database_url_of_the_test(), "REDIS_URL": redis_url}
        argv = [sys.executable, "-m", "master", "notices", "--port", str(port)]
        self.process = subprocess.Popen(
            argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def wait_for(self, message: str) -> None:
        """Read the log until it says so."""
        assert self.process.stdout
        assert any(f'"message":"{message}"' in line for line in self.process.stdout)


@pytest.fixture
def running(redis_url: str) -> Iterator[Running]:
    """Run the command from when it is ready."""
    running = Running(free_port(), redis_url)
    with running.process:
        running.wait_for("ready")
        yield running
        running.process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_goodbye_and_ends_within_two_seconds(running: Running, number: int) -> None:
    with listening(running.address, member("ada")) as hers:
        began = time.monotonic()
        running.process.send_signal(number)
        with pytest.raises(ConnectionClosed) as closed:
            hers.recv(timeout=5)
        assert running.process.wait(timeout=5) == 0
        assert time.monotonic() - began < 2
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1012


def test_it_ends_as_soon_while_somebody_does_not_answer(running: Running) -> None:
    with listening(running.address, member("ada"), close_timeout=0.1) as hers:
        hers.protocol.receive_data = lambda data: None  # type: ignore[method-assign] # deaf from now on
        os.kill(running.process.pid, signal.SIGTERM)
        assert running.process.wait(timeout=2) == 0


@pytest.mark.parametrize(("good", "answer"), [(True, "Hello ada!"), (False, "1011 (internal error) authentication")])
def test_it_can_be_tried_by_hand(running: Running, good: bool, answer: str) -> None:
    token = get_token(member("ada")) if good else "nonsense"
    argv = [sys.executable, "-m", "websockets", running.address]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as hand:
        assert hand.stdin
        assert hand.stdout
        hand.stdin.write(f"{token}\n")
        hand.stdin.flush()
        assert any(answer in line for line in hand.stdout)
        hand.kill()


def test_a_process_that_ends_has_told_what_it_did(running: Running, redis_url: str) -> None:
    ada = member("ada", is_superuser=True)
    code = (
        "from django.contrib.admin.models import CHANGE, LogEntry; from master.users.models import User; "
        "ada = User.objects.get(); LogEntry.objects.log_actions(ada.pk, [ada], CHANGE, 'last words')"
    )
    with listening(running.address, ada) as hers:
        env = os.environ | SURROUNDINGS | {"DATABASE_URL": database_url_of_the_test(), "REDIS_URL": redis_url}
        subprocess.run([sys.executable, "-m", "master", "shell", "-c", code], cwd=ROOT, env=env, check=True)
        assert notice(hers)["message"] == "last words"


def test_it_starts_without_redis_and_tells_so(redis_url: str) -> None:
    running = Running(free_port(), "redis://127.0.0.1:1/0")
    with running.process:
        running.wait_for("events not heard")
        running.wait_for("ready")
        with listening(running.address, member("ada")):
            running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=2) == 0


def test_it_takes_more_connections_than_the_files_that_it_begins_with(redis_url: str) -> None:
    with few_files():
        running = Running(free_port(), redis_url)
    address = ("127.0.0.1", running.port)
    with running.process, ExitStack() as at_the_end:
        at_the_end.callback(running.process.kill)
        running.wait_for("ready")
        for _ in range(FEW):
            at_the_end.enter_context(socket.create_connection(address, timeout=5))
        with listening(running.address, member("ada"), open_timeout=5):
            pass


@pytest.mark.parametrize("port", ["taken", "too large"])
def test_a_port_that_cannot_be_had_is_refused_with_a_sentence(port: str, redis_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1] if port == "taken" else 70_000
        log, _ = Running(number, redis_url).process.communicate(timeout=20)
    assert log.startswith("CommandError: cannot listen on 127.0.0.1: ")
    assert log.endswith("Give another --host or --port.\n")
