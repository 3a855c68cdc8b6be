"""`python -m stack up` in the foreground: what it prints, and that nothing outlives it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from stack.emulator import Emulator
from stack.memory import Memory
from stack.ports import PORTS, claim, is_answering, is_free
from stack.postgresql import PostgreSQL
from stack.redis_server import Redis
from stack.servers import running
from stack.waiting import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
STRAY = {"DATABASE_URL": "postgres://production", "AWS_PROFILE": "production", "PGSSLMODE": "verify-full"}
READY_SECONDS, STOP_SECONDS = 90, 20
PORTS_OF_TWO = 20  # clients, and master


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one directory for all, so that only the first test creates databases."""
    return tmp_path_factory.mktemp("up")


@pytest.fixture(scope="module")
def port_base() -> int:
    """Return a number from which the ports of master and two clients are free; servers are given higher ones.

    They are claimed: who runs these tests beside us would find them free as well, until the webs listen.
    """
    bases = range(PORTS.start - PORTS_OF_TWO, 1024, -PORTS_OF_TWO)
    blocks = (range(base, base + PORTS_OF_TWO) for base in bases)
    return next(block.start for block in blocks if all(claim(port) and is_free(port) for port in block))


@contextmanager
def up(directory: Path, port_base: int, clients: int = 1) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """Run the stack until `ready` and what follows is printed."""
    output = directory / "output"
    with output.open("wb") as file:
        options = ["--port-base", str(port_base), "--clients", str(clients)]
        argv = [sys.executable, "-m", "stack", "--directory", str(directory), "up", *options]
        process = subprocess.Popen(argv, cwd=ROOT, env=os.environ | STRAY, stdout=file, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: "Ctrl-C" in output.read_text() or process.poll() is not None, seconds=READY_SECONDS)
        yield process, output.read_text()
        process.wait(STOP_SECONDS)
    finally:
        process.kill()
        process.wait()


def all_ports(directory: Path, port_base: int) -> list[int]:
    """Return the ports of the webs and of the servers."""
    memory = Memory(directory / "memory.json")
    return [port_base, port_base + 1, *(memory.values[f"{name} port"] for name in ("postgresql", "redis", "aws"))]


def test_it_says_ready_where_and_how_to_sign_in_and_ends_on_ctrl_c(directory: Path, port_base: int) -> None:
    with up(directory, port_base) as (process, output):
        assert re.search(r"^ready$", output, re.MULTILINE), output
        assert re.search(rf"http://127\.0\.0\.1:{port_base + 1}/admin/ +admin / [0-9a-f]{{10}}$", output, re.MULTILINE)
        assert re.search(rf"sign in as ada: http://127\.0\.0\.1:{port_base}/\S+sesame=\S+$", output, re.MULTILINE)
        assert all(map(is_answering, all_ports(directory, port_base)))
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0
    assert "Warm shutdown" in (directory / "logs" / "worker-fast.log").read_text()
    assert "database system is shut down" in (directory / "logs" / "postgresql.log").read_text()
    assert not any(map(is_answering, all_ports(directory, port_base)))


def test_nothing_outlives_it_when_it_is_killed(directory: Path, port_base: int) -> None:
    with up(directory, port_base) as (process, output):
        assert re.search(r"^ready$", output, re.MULTILINE), output
        process.kill()
    assert wait_until(lambda: not any(map(is_answering, all_ports(directory, port_base))), seconds=STOP_SECONDS)


def test_a_client_that_comes_later_has_everything_too(directory: Path, port_base: int) -> None:
    with up(directory, port_base) as (process, output):
        assert re.search(r"^ready$", output, re.MULTILINE), output
        process.send_signal(signal.SIGTERM)
    with up(directory, port_base, clients=2) as (process, output):
        assert re.search(rf"sign in as ada: http://127\.0\.0\.1:{port_base + 10}/\S+sesame=\S+$", output, re.MULTILINE)
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 0


def test_it_uses_the_servers_that_are_named(tmp_path: Path, port_base: int, monkeypatch: pytest.MonkeyPatch) -> None:
    database = PostgreSQL(tmp_path / "theirs-1", password="a-password", durable=False)
    redis = Redis(tmp_path / "theirs-2", password="a-password", durable=False)
    aws = Emulator(tmp_path / "theirs-3")
    with running(database), running(redis), running(aws):
        monkeypatch.setenv("STACK_DATABASE_URL", database.url())
        monkeypatch.setenv("STACK_REDIS_URL", redis.url)
        monkeypatch.setenv("STACK_AWS_URL", aws.url)
        with up(tmp_path, port_base) as (process, output):
            assert re.search(r"^ready$", output, re.MULTILINE), output
            process.send_signal(signal.SIGTERM)
        assert database.answers()
        with psycopg.connect(database.url("reactive_tables_client")) as connection:
            assert connection.execute("SELECT count(*) FROM users_user").fetchone() == (3,)
    assert not {"postgresql", "redis", "aws"} & {path.name for path in tmp_path.iterdir()}
