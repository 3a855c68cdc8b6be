"""A master to ask."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.client.pull.fake_master import TOKEN, FakeMaster, serving


@pytest.fixture
def master(settings: Settings) -> Iterator[FakeMaster]:
    """Return a master that the settings name."""
    with serving(FakeMaster()) as master:
        settings.MASTER_URL = master.url
        settings.SNAPSHOT_TOKEN = TOKEN
        yield master


@pytest.fixture(autouse=True)
def count_in_redis(settings: Settings, redis_url: str) -> None:
    """Number pushes of what is applied in a real Redis."""
    settings.REDIS_URL = redis_url
