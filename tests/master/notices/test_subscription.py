"""The server and its Redis: quiet for long, gone, and hanging."""

import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings
from websockets.sync.client import ClientConnection

from master.notices import subscription
from stack.waiting import wait_until
from tests.faults.proxy import Mode, Proxy
from tests.master.notices.conftest import Actor
from tests.master.notices.serving import hears_nothing, listening, notice, running_server

NOT_HEARD = "events not heard"


@pytest.fixture
def redis(events: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """Put a proxy before Redis, and look soon whether it is there."""
    target = urlsplit(settings.REDIS_URL).port
    assert target
    proxy = Proxy(target)
    settings.REDIS_URL = settings.REDIS_URL.replace(f":{target}/", f":{proxy.port}/")
    for name, seconds in (("LOOK_SECONDS", 0.1), ("SILENT_SECONDS", 0.5), ("ANSWER_SECONDS", 0.3)):
        monkeypatch.setattr(subscription, name, seconds)
    yield proxy
    proxy.close()


def test_a_quiet_redis_is_not_given_up(
    redis: Proxy, actor: Actor, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "SILENT_SECONDS", 1.5)  # ten looks, of which a busy machine may be late with some
    monkeypatch.setattr(subscription, "ANSWER_SECONDS", 2.0)
    with running_server() as address, listening(address, actor.user) as everything:
        assert all(hears_nothing(everything) for _ in range(7))  # longer than SILENT_SECONDS
        assert NOT_HEARD not in caplog.messages
        actor.change(actor.user)
        assert notice(everything)


@pytest.mark.parametrize("mode", ["refuse", "hang"])
def test_a_redis_that_is_back_is_heard_again(
    redis: Proxy, actor: Actor, caplog: pytest.LogCaptureFixture, mode: Mode
) -> None:
    with running_server() as address, listening(address, actor.user) as everything:
        with redis.behaving(mode):
            assert wait_until(lambda: caplog.messages.count(NOT_HEARD) > 1, seconds=10)
        caplog.clear()
        assert wait_until(lambda: _is_told(actor, everything), seconds=10)
        assert logging.ERROR not in {record.levelno for record in caplog.records}


def _is_told(actor: Actor, connection: ClientConnection) -> bool:
    actor.change(actor.user)
    return not hears_nothing(connection)
