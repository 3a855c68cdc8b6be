"""What the tests of users share."""

from collections.abc import Iterator

import pytest
from df_websockets.testing import SignalQueue
from django.test import Client
from pytest_django import Settings

from client.users.models import User
from tests.client.people import a_replica


@pytest.fixture
def count_in_redis(settings: Settings, redis_url: str) -> None:
    """Number pushes in a real Redis; the layer in memory counts every topic as listened to."""
    settings.REDIS_URL = redis_url


@pytest.fixture
def queue() -> Iterator[SignalQueue]:
    """Keep what is pushed and what workers are to do."""
    with SignalQueue() as queue:
        yield queue


@pytest.fixture
def ada(db: None) -> User:
    """Return a user who came from master."""
    return a_replica("ada")


@pytest.fixture
def browser(ada: User) -> Client:
    """Return a browser in which Ada is signed in."""
    client = Client()
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    return client
