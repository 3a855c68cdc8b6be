"""A listener on a server of its own, which stops and starts, known to Django under an alias."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from master.pg_notify.listener import Listener, listen
from master.pg_notify.stop import Stop
from stack.postgresql import PostgreSQL
from stack.servers import running
from stack.waiting import wait_until
from tests.master.threads import in_thread

ALIAS = "restarting"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker) -> Iterator[PostgreSQL]:
    """Return a server that does not run yet."""
    server = PostgreSQL(tmp_path / "postgresql", password="a-password", durable=False)
    place = {"HOST": "127.0.0.1", "PORT": server.port, "USER": "postgres", "PASSWORD": "a-password", "NAME": "postgres"}
    monkeypatch.setitem(connections.settings, ALIAS, {**connections.settings["default"], **place, "OPTIONS": {}})
    with django_db_blocker.unblock():
        yield server


def test_it_reconnects_whenever_the_server_is_back_and_tells_so(server: PostgreSQL) -> None:
    with Stop() as stop:
        listener = Listener("outbox", using=ALIAS)
        try:
            assert not listener.wait(stop, timeout=0).reconnected
            for payload in ("first", "second"):
                with running(server):
                    assert wait_until(lambda: listener.wait(stop, timeout=0.1).reconnected, seconds=20)
                    with psycopg.connect(server.url(), autocommit=True) as other:
                        other.execute("SELECT pg_notify('outbox', %s)", (payload,))
                    assert listener.wait(stop, timeout=5).payloads == (payload,)
        finally:
            listener.close()


def test_it_stops_while_the_server_is_away(server: PostgreSQL, caplog: pytest.LogCaptureFixture) -> None:
    def failures() -> int:
        return sum(record.message == "listen failed" for record in caplog.records)

    with Stop() as stop:
        with in_thread(lambda: list(listen("outbox", stop=stop, using=ALIAS))) as heard:
            assert wait_until(lambda: failures() >= 3, seconds=10)
            stop.set()
        assert heard.result() == []
