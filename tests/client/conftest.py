"""The tests of client run on its own settings, in-memory layer and cache, and a PostgreSQL of their own."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from stack.servers import running
from tests.harness import use_project

SERVER = use_project("client", "tests.client.settings")

# ruff: noqa: E402  (settings exist only now)
from df_websockets.testing import SignalQueue
from django.test import Client

from client.live import threads
from client.users.models import User
from tests.client.people import a_replica


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start the server when the first test needs the database."""
    if SERVER is None:
        yield
    else:
        with running(SERVER):
            yield


@pytest.fixture(autouse=True)
def _told_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no thread that tells of what a test applies, perhaps in the middle of the next test."""
    monkeypatch.setattr("client.overview.telling.teller._later", lambda seconds, work: None)


@pytest.fixture(autouse=True)
def _threads_of_this_test() -> Iterator[None]:
    """End the threads that a window needed, and their connections, before the database goes."""
    yield
    threads.close_all()


@pytest.fixture
def on_redis(settings: Settings, redis_url: str) -> str:
    """Use cache and channel layer as in production, on a real Redis; return its address."""
    settings.REDIS_URL = redis_url
    settings.CACHES = {"default": {**settings.REDIS_CACHE, "LOCATION": redis_url}}
    layer = settings.REDIS_CHANNEL_LAYER
    hosts = [{**layer["CONFIG"]["hosts"][0], "address": redis_url}]
    settings.CHANNEL_LAYERS = {"default": {**layer, "CONFIG": {**layer["CONFIG"], "hosts": hosts}}}
    return redis_url


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
