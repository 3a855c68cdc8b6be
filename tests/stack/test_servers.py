"""PostgreSQL and Redis as child processes: reachable, kept, and gone with whoever started them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import psycopg
import pytest
import redis

from stack import postgresql as module
from stack.emulator import CREDENTIALS, Emulator
from stack.errors import StackError
from stack.ports import free_port, is_answering
from stack.postgresql import PostgreSQL
from stack.redis_server import Redis
from stack.servers import running
from stack.waiting import wait_until

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@pytest.fixture
def postgresql(tmp_path: Path) -> PostgreSQL:
    return PostgreSQL(tmp_path / "postgresql", password="a-password")


@pytest.fixture
def redis_server(tmp_path: Path) -> Redis:
    return Redis(tmp_path / "redis", password="a-password")


@pytest.fixture
def emulator(tmp_path: Path) -> Emulator:
    return Emulator(tmp_path / "aws")


def test_postgresql_keeps_its_data_when_killed(postgresql: PostgreSQL) -> None:
    with running(postgresql) as child:
        with psycopg.connect(postgresql.url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        child.kill()
    with running(postgresql), psycopg.connect(postgresql.url()) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_postgresql_waits_for_what_a_killed_server_left_behind(postgresql: PostgreSQL) -> None:
    with ThreadPoolExecutor(1) as thread, running(postgresql) as child:
        with psycopg.connect(postgresql.url()) as connection:
            backend = connection.info.backend_pid
            os.kill(backend, signal.SIGSTOP)
            child.kill()
        try:
            prepared = thread.submit(postgresql.prepare)
            with pytest.raises(TimeoutError):
                prepared.result(0.2)
        finally:
            os.kill(backend, signal.SIGCONT)
        prepared.result(5)
    with running(postgresql):
        pass


def test_postgresql_is_durable_and_asks_for_the_password(postgresql: PostgreSQL) -> None:
    with running(postgresql):
        with psycopg.connect(postgresql.url()) as connection:
            rows = connection.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            assert rows.fetchone() == ("on", "on")
        assert not PostgreSQL(postgresql.directory, password="another", port=postgresql.port).answers()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands PostgreSQL over to an account that may not pass")
def test_postgresql_runs_as_an_ordinary_account_also_below_a_closed_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    installed = Path(module.program("postgres")).parents[1]
    package = installed.parent
    shutil.copytree(installed, closed / package.name / installed.name)
    shutil.copytree(package.with_name(f"{package.name}.libs"), closed / f"{package.name}.libs")
    monkeypatch.setattr(module, "program", lambda name: str(closed / package.name / installed.name / "bin" / name))
    with running(PostgreSQL(closed / "data", password="a-password")) as child:
        status = Path(f"/proc/{child.pid}/status").read_text()
        assert "\nUid:\t0\t" not in status
        assert "\nCapEff:\t0000000000000002\n" in status
    assert closed.stat().st_mode & 0o777 == 0o700


def test_a_port_in_use_stops_the_start_with_the_end_of_the_log(postgresql: PostgreSQL, redis_server: Redis) -> None:
    redis_server.port = postgresql.port
    with (
        running(postgresql),
        pytest.raises(StackError, match=r"redis did not start; the end of its log(.|\n)*already in use"),
        running(redis_server),
    ):
        pass


def test_redis_keeps_its_data_and_asks_for_the_password(redis_server: Redis) -> None:
    with running(redis_server), redis.Redis.from_url(redis_server.url) as client:
        client.set("kept", 42)
    with running(redis_server), redis.Redis.from_url(redis_server.url) as client:
        assert client.get("kept") == b"42"
        assert not Redis(redis_server.directory, password="another", port=redis_server.port).answers()


def test_the_emulator_keeps_its_messages_and_listens_on_loopback_only(emulator: Emulator) -> None:
    with running(emulator):
        queue = sqs(emulator).create_queue(QueueName="kept")["QueueUrl"]
        sqs(emulator).send_message(QueueUrl=queue, MessageBody="still here")
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", emulator.port), timeout=2)
    with running(emulator):
        (message,) = sqs(emulator).receive_message(QueueUrl=queue)["Messages"]
        assert message["Body"] == "still here"


def sqs(emulator: Emulator) -> "SQSClient":
    return boto3.client(
        "sqs",
        endpoint_url=emulator.url,
        region_name=CREDENTIALS["AWS_DEFAULT_REGION"],
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


OWNER = """
import os, signal, sys
from pathlib import Path
from stack import postgresql as module
from stack.emulator import Emulator
from stack.postgresql import PostgreSQL
from stack.redis_server import Redis
from stack.servers import running
directory, ports = Path(sys.argv[1]), [int(word) for word in sys.argv[2:]]
with (
    running(PostgreSQL(directory / "postgresql", password="a-password", port=ports[0])),
    running(Redis(directory / "redis", password="a-password", port=ports[1])),
    running(Emulator(directory / "aws", port=ports[2])),
):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_servers_end_when_their_owner_is_killed(tmp_path: Path) -> None:
    ports = [free_port() for _ in range(3)]
    owner = subprocess.run([sys.executable, "-c", OWNER, str(tmp_path), *map(str, ports)], timeout=60, check=False)
    assert owner.returncode == -9
    assert wait_until(lambda: not any(map(is_answering, ports)), seconds=10)
