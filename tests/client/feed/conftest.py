"""Sockets of the feed, and those who have them."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from client.users.models import User
from tests.client.live.windows import ORIGIN, QUIET, Window, session_of
from tests.client.people import a_replica

PATH = "/ws/feed/"


class Socket(Window):
    """A socket of the feed, that of a browser or of nobody; use it inside one event loop."""

    def __init__(self, browser: Client | None = None, *, path: str = PATH, **options: Any) -> None:
        super().__init__(path, session=session_of(browser) if browser else "", **{"origin": ORIGIN, **options})
        self._ids = count(1)
        self.events: list[dict[str, Any]] = []

    async def ask(self, action: str, **said: Any) -> tuple[int, Any]:
        """Send a request; return status and data of its reply, or status and errors. Events are kept."""
        request_id = next(self._ids)
        await self.send(json.dumps({"action": action, "request_id": request_id, **said}))
        while (reply := await self.message()).get("request_id") != request_id:
            self.events.append(reply)
        assert reply.keys() == {"action", "errors", "response_status", "request_id", "data"}
        assert reply["action"] == action
        return reply["response_status"], reply["errors"] or reply["data"]

    async def event(self) -> tuple[str, int, str]:
        """Return the next event: what happened, to which post, and its body."""
        event = self.events.pop(0) if self.events else await self.message()
        assert event.keys() == {"action", "pk", "data"}
        assert event["data"].keys() == {"created_at", "author", "body", "pk"}
        assert event["data"]["pk"] == event["pk"]
        return event["action"], event["pk"], event["data"]["body"]

    async def message(self) -> dict[str, Any]:
        """Return the next message."""
        message: dict[str, Any] = json.loads((await self.next())["text"])
        return message

    async def quiet(self) -> bool:
        """Say whether no event has come, and none comes."""
        return not self.events and await self.silent()


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """Return what makes a browser in which a user is signed in."""

    def sign_in(user: User) -> Client:
        browser = Client()
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return sign_in


@pytest.fixture
def ada() -> User:
    """Return a user."""
    return a_replica("ada")


@pytest.fixture
def browser(ada: User, sign_in: Callable[[User], Client]) -> Client:
    """Return Ada's browser."""
    return sign_in(ada)


async def later(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Write in a thread, as another process would."""
    return await asyncio.to_thread(_and_close, function, *args, **kwargs)


def _and_close(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return function(*args, **kwargs)
    finally:
        connection.close()


@contextmanager
def under_way(write: Callable[[], object]) -> Iterator[None]:
    """Let somebody write in a transaction that is open meanwhile, and committed then."""
    has_written, release = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                write()
                has_written.set()
                release.wait()
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert has_written.wait(10)
        yield
    finally:
        release.set()
        thread.join()


@contextmanager
def held(statement: str) -> Iterator[None]:
    """Let somebody hold a lock, as in a shell that he has left open."""

    def lock() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    with under_way(lock):
        yield


__all__ = ["PATH", "QUIET", "Socket", "held", "later", "under_way"]
