"""What the relay asks the broker, while that accepts and does not answer."""

import socket
import time
from collections.abc import Iterator

import pytest
from pytest_django import Settings
from redis.exceptions import TimeoutError as RedisTimeoutError

from master.outbox import broker
from master.outbox.broker import publish_tasks_waiting


@pytest.fixture
def silent(settings: Settings) -> Iterator[None]:
    """Let the broker be a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.REDIS_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        broker._redis.cache_clear()
        yield
        broker._redis.cache_clear()


@pytest.mark.usefixtures("silent")
def test_a_relay_that_is_told_to_stop_does_not_wait_for_it() -> None:
    started = time.monotonic()
    with pytest.raises(RedisTimeoutError):
        publish_tasks_waiting()
    assert time.monotonic() - started < 1.8
