"""A process's connection to the database that hears of changed posts, made when somebody first follows some.

NOTIFY brings each committed change once to every process, in the order of commits. What is sent while the connection
is away is lost: then all who follow something are closed, and ask for the posts when they come again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

import psycopg
from django.db import connections
from psycopg import sql

from client.feed import counters
from client.feed.triggers import CHANNEL
from client.live.outage import OUTAGES

logger = logging.getLogger(__name__)

NAME: Final = "feed"  # in pg_stat_activity
CONNECT_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 30.0  # without news, after which it is seen whether the connection still lives
PAUSES: Final = (0.1, 0.5, 1.0, 2.0, 5.0)  # seconds before a next try; the last again and again
OURS_ONLY: Final = frozenset({"cursor_factory", "context"})  # what Django's parameters have for its own connection
GONE: Final = (psycopg.Error, *OUTAGES)

Take = Callable[[str], Awaitable[None]]


class Listening:
    """Belongs to one event loop."""

    def __init__(self, take: Take, lost: Callable[[], None]) -> None:
        """Hand every payload to `take`, one after the other; call `lost` when some may have been missed."""
        self._take, self._lost = take, lost
        self._task: asyncio.Task[None] | None = None
        self._listens = asyncio.Event()

    async def ready(self) -> None:
        """Return once changes are heard; raise TimeoutError when the database does not answer."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())
        async with asyncio.timeout(CONNECT_SECONDS):
            await self._listens.wait()

    async def _run(self) -> None:
        failures = 0
        while True:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    connection = await self._connect()
                failures = 0
                async with connection:
                    await self._listen(connection)
            except GONE as error:
                logger.warning("feed not heard", extra={"error.message": str(error)})
            finally:
                if self._listens.is_set():
                    self._listens.clear()
                    self._lost()
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1

    async def _connect(self) -> "psycopg.AsyncConnection[Any]":
        given = connections["default"].get_connection_params()
        parameters = {name: value for name, value in given.items() if name not in OURS_ONLY}
        named = {"application_name": NAME, **parameters}
        connection = await psycopg.AsyncConnection.connect(**named, autocommit=True)
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        return connection

    async def _listen(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        self._listens.set()
        counters.listens.inc()
        while True:
            async for notification in connection.notifies(timeout=LOOK_SECONDS):
                await self._heard(notification.payload)
            async with asyncio.timeout(CONNECT_SECONDS):
                await connection.execute("SELECT 1")

    async def _heard(self, payload: str) -> None:
        try:
            await self._take(payload)
        except Exception:  # such as what a trigger of another version wrote, while one is replaced by the other
            logger.exception("change of a post not told")
