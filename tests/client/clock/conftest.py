"""What the tests of the clock share."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from client.clock import state
from client.live.connection import redis_client

NOON = 1_795_262_400_000  # 2026-11-21 12:00:00 UTC

Frozen = Callable[[int], None]


@pytest.fixture
def in_redis(settings: Settings, redis_url: str) -> None:
    """Keep ticks in a real Redis, without any yet."""
    settings.REDIS_URL = redis_url
    redis_client().delete("client:clock", "client:fast")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Frozen:
    """Return what sets the clock of this host, in milliseconds."""

    def freeze(moment: int) -> None:
        monkeypatch.setattr(state.time, "time_ns", lambda: moment * 1_000_000)

    freeze(NOON)
    return freeze
