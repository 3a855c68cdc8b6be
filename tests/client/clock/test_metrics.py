"""What `/metrics` says of the clock."""

import pytest
from django.test import Client

from client.clock.tasks import tick
from tests.client.clock.conftest import NOON, Frozen
from tests.surroundings import METRICS_HEADERS


@pytest.mark.usefixtures("in_redis", "_nobody")
def test_the_age_of_the_last_tick_is_told(client: Client, at: Frozen) -> None:
    text = client.get("/metrics", headers=METRICS_HEADERS).content.decode()
    assert "\nclock_last_tick_seconds +Inf\n" in text
    tick()
    at(NOON + 12_500)
    text = client.get("/metrics", headers=METRICS_HEADERS).content.decode()
    assert "\nclock_last_tick_seconds 12.5\n" in text
    assert '\nclock_ticks_total{outcome="told"} ' in text


def test_without_redis_nothing_is_said_of_it(client: Client) -> None:
    answer = client.get("/metrics", headers=METRICS_HEADERS)
    assert answer.status_code == 200
    assert b"clock_last_tick_seconds" not in answer.content


@pytest.fixture
def _nobody(on_redis: str) -> None:
    """Ask a real Redis who listens: nobody does."""
