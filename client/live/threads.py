"""Threads in which the event loop of a web process lets others wait for the database and for Redis.

Django closes connections to the database at the end of requests, of which these threads know nothing: they keep theirs.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

Result = TypeVar("Result")


class Threads:
    """A few threads, made at first use, each with a database connection that lasts."""

    def __init__(self, name: str, most: int) -> None:
        self._name, self._most = name, most
        _every.append(self)
        self._executor: ThreadPoolExecutor | None = None
        self._connections: list[BaseDatabaseWrapper] = []

    async def run(self, function: Callable[[], Result]) -> Result:
        """Return what a function returns in one of the threads."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(self._most, self._name, initializer=self._enter)
        return await asyncio.get_running_loop().run_in_executor(self._executor, function)

    def close(self) -> None:
        """End the threads when they have done what they were asked to, and their connections."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown()
        while self._connections:
            self._connections.pop().close()

    def _enter(self) -> None:
        mine = connections["default"]
        mine.inc_thread_sharing()  # for `close`
        self._connections.append(mine)


def reading(function: Callable[[], Result]) -> Result:
    """Return what a function reads from the database; once more if the connection has died since its last use."""
    fresh = connection.connection is None
    try:
        return function()
    except (InterfaceError, OperationalError):
        connection.close()
        if fresh:
            raise
    return function()


def close_all() -> None:
    """End the threads of this process, also those that a room has made."""
    for threads in _every:
        threads.close()


_every: list[Threads] = []
judging = Threads("live-judge", 1)
calling = Threads("live-call", 1)
