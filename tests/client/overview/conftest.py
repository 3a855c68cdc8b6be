"""What the tests of the overview share."""

import pytest
from pytest_django import Settings

from client.live.connection import redis_client
from tests.client.sqs.conftest import sqs as sqs  # this room looks at the queues of that one


@pytest.fixture
def in_redis(settings: Settings, redis_url: str) -> None:
    """Keep samples and numbers in a real Redis, without any."""
    settings.REDIS_URL = redis_url
    for key in redis_client().scan_iter("client:overview:*"):
        redis_client().delete(key)
