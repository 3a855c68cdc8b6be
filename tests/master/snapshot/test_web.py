"""A real web process: streams under ASGI, and keeps no connection longer than a request, however that ends."""

import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.conf import settings
from django.db import connection

from stack.ports import LOOPBACK, free_port
from stack.waiting import wait_until
from tests.master.database import sql
from tests.master.people import made_users
from tests.master.starting import ROOT, database_url_of_the_test, production
from wire.snapshot import Answer

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 120.0  # for what takes a few, most of all to start, unless the machine is busy
NAME = "web-of-the-test"


@pytest.fixture
def web(transactional_db: None) -> Iterator[int]:
    """Run master's web on the database of the test; return its port."""
    port = free_port()
    env = production(
        DEBUG="true",
        ALLOWED_HOSTS=LOOPBACK,
        DATABASE_URL=f"{database_url_of_the_test()}?application_name={NAME}",
        DJANGO_SETTINGS_MODULE="tests.master.settings",
        SNAPSHOT_TOKEN=settings.SNAPSHOT_TOKENS[0],
    )
    words = ["-m", "uvicorn", "master.asgi:application", "--host", LOOPBACK, "--port", str(port), "--ws", "none"]
    process = subprocess.Popen([sys.executable, *words], env=env, cwd=ROOT)
    try:
        assert wait_until(lambda: process.poll() is not None or answers(port), seconds=SECONDS)
        assert process.poll() is None, "it ended"
        yield port
    finally:
        process.terminate()
        assert process.wait(SECONDS) is not None


def answers(port: int) -> bool:
    try:
        return read(port, "/healthz")[0] == 200
    except OSError:
        return False


def read(port: int, path: str) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection(LOOPBACK, port, timeout=SECONDS)) as asking:
        asking.request("GET", path, headers=authorization())
        answer = asking.getresponse()
        return answer.status, answer.read()


def authorization() -> dict[str, str]:
    return {"Authorization": f"Bearer {settings.SNAPSHOT_TOKENS[0]}"}


def connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [NAME])
        return int(cursor.fetchone()[0])


def test_answers_are_whole_and_no_connection_outlives_its_request(web: int) -> None:
    made_users(3_000)
    for path, count in (
        ("/readyz", None),
        ("/replication/users/?limit=2500", 2_500),
        ("/replication/users/digests/?fields=username", 1_024),
        (f"/replication/users/digests/rows?fields=username&buckets={','.join(map(str, range(1024)))}", 3_000),
        ("/replication/users/?limit=0", None),
    ):
        status, body = read(web, path)
        if count is not None:
            assert status == 200
            assert len(list(Answer(body.splitlines()))) == count
        assert wait_until(lambda: connections() == 0, seconds=SECONDS), path


def test_a_client_that_goes_away_leaves_nothing_open(web: int) -> None:
    """The answer is larger than what the sockets hold, so the web is in the middle of it."""
    sql("INSERT INTO things_label SELECT lpad(n::text, 6) || repeat('x', 900), '' FROM generate_series(1, 12000) n")
    path = f"/replication/labels/digests/rows?fields=caption&buckets={','.join(map(str, range(1024)))}"
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect((LOOPBACK, web))
        lines = [f"GET {path} HTTP/1.1", f"Host: {LOOPBACK}", *(": ".join(each) for each in authorization().items())]
        client.sendall("\r\n".join([*lines, "", ""]).encode())
        assert client.recv(15) == b"HTTP/1.1 200 OK"
        assert wait_until(lambda: connections() == 1, seconds=SECONDS)
    assert wait_until(lambda: connections() == 0, seconds=SECONDS)
