"""A Redis for the notices, a server, and an admin who acts."""

from collections.abc import Iterator

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from pytest_django import Settings

from master.notices import bus
from master.users.models import User
from tests.master.notices.serving import running_server


@pytest.fixture
def events(redis_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send events by a Redis of the tests, from a bus of this test."""
    settings.REDIS_URL = redis_url
    monkeypatch.setattr(bus, "_of_this_process", bus.Bus())


@pytest.fixture
def server(events: None, transactional_db: None) -> Iterator[str]:
    """Run a server; give its address."""
    with running_server() as address:
        yield address


class Actor:
    """An admin."""

    def __init__(self) -> None:
        self.user = User.objects.create_superuser("root", password="correct horse battery")

    def change(self, *users: User, message: str = "") -> None:
        """Log a change of users as the admin does."""
        LogEntry.objects.log_actions(self.user.pk, users, CHANGE, message)


@pytest.fixture
def actor(transactional_db: None) -> Actor:
    """Return an admin who acts."""
    return Actor()
