"""Servers of notices beside the test, and people who listen."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

from django.contrib.auth.models import Permission
from sesame.utils import get_token
from websockets.sync.client import ClientConnection, connect

from master.notices.server import Notices
from master.users.models import User
from tests.master.threads import in_thread

SECONDS = 5.0  # within which what is told must arrive
QUIET_SECONDS = 0.3  # in which what must not arrive would


@contextmanager
def running_server() -> Iterator[str]:
    """Run a server beside the block; give its address."""
    started: Queue[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Queue()

    async def serve() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        await Notices().run("127.0.0.1", 0, stop, lambda port: started.put((port, loop, stop)))

    with in_thread(lambda: asyncio.run(serve())):
        port, loop, stop = started.get(timeout=10)
        try:
            yield f"ws://127.0.0.1:{port}/"
        finally:
            loop.call_soon_threadsafe(stop.set)


def member(username: str, *codenames: str, **fields: Any) -> User:
    """Create somebody of the staff who has these permissions only."""
    user = User.objects.create(username=username, **{"is_staff": True, **fields})
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


@contextmanager
def listening(address: str, user: User, **options: Any) -> Iterator[ClientConnection]:
    """Connect as somebody and take the greeting."""
    with connect(address, **options) as connection:
        connection.send(get_token(user))
        assert connection.recv(timeout=SECONDS) == f"Hello {user.username}!"
        yield connection


def notice(connection: ClientConnection) -> dict[str, Any]:
    """Return the next notice."""
    event: dict[str, Any] = json.loads(connection.recv(timeout=SECONDS))
    return event


def hears_nothing(connection: ClientConnection) -> bool:
    """Tell whether nothing comes for a while."""
    try:
        connection.recv(timeout=QUIET_SECONDS)
    except TimeoutError:
        return True
    return False
