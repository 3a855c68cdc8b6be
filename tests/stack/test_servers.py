"""PostgreSQL and Redis as child processes: reachable, kept, and gone with whoever started them."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from stack.errors import StackError
from stack.ports import free_port, is_answering
from stack.postgresql import PostgreSQL, answers
from stack.redis_server import Redis
from stack.redis_server import answers as redis_answers
from stack.waiting import wait_until


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[PostgreSQL]:
    server = PostgreSQL(tmp_path / "postgresql", password="a-password")
    yield server
    server.stop()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path / "redis", password="a-password")
    yield server
    server.stop()


def test_postgresql_keeps_its_data_when_killed(postgresql: PostgreSQL) -> None:
    postgresql.start()
    with psycopg.connect(postgresql.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert postgresql.child
    postgresql.child.kill()
    postgresql.start()
    with psycopg.connect(postgresql.url()) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_postgresql_is_durable_and_asks_for_the_password(postgresql: PostgreSQL) -> None:
    postgresql.start()
    with psycopg.connect(postgresql.url()) as connection:
        rows = connection.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        assert rows.fetchone() == ("on", "on")
    assert not answers(postgresql.url().replace("a-password", "another"))


def test_a_port_in_use_stops_the_start_with_the_end_of_the_log(postgresql: PostgreSQL, redis_server: Redis) -> None:
    redis_server.start()
    postgresql.port = redis_server.port
    with pytest.raises(StackError, match=r"did not start; its log(.|\n)*could not bind"):
        postgresql.start()


def test_redis_keeps_its_data_and_asks_for_the_password(redis_server: Redis) -> None:
    redis_server.start()
    with redis.Redis.from_url(redis_server.url) as client:
        client.set("kept", 42)
    redis_server.stop()
    redis_server.start()
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.get("kept") == b"42"
    assert not redis_answers(redis_server.url.replace("a-password", "another"))


OWNER = """
import os, signal, sys
from pathlib import Path
from stack.postgresql import PostgreSQL
from stack.redis_server import Redis
directory, port, other = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
PostgreSQL(directory / "postgresql", password="a-password", port=port).start()
Redis(directory / "redis", password="a-password", port=other).start()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_servers_end_when_their_owner_is_killed(tmp_path: Path) -> None:
    ports = free_port(), free_port()
    owner = subprocess.run([sys.executable, "-c", OWNER, str(tmp_path), *map(str, ports)], timeout=60, check=False)
    assert owner.returncode == -9
    assert wait_until(lambda: not any(map(is_answering, ports)), seconds=10)
