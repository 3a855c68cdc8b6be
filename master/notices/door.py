"""Ask the database who brings which token: for all who come at the same time together."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import close_old_connections

from master.notices.rights import Member, members_of

T = TypeVar("T")
TOGETHER = 100


class Door:
    """Looks at tokens, in a thread that has a connection to the database of its own."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads
        self._waiting: asyncio.Queue[tuple[str, asyncio.Future[Member | None]]] = asyncio.Queue()
        self._is_shut = False

    async def member(self, token: str) -> Member | None:
        """Return whom a token names, None if it is not good; raise `django.db.Error` while the database is away."""
        answer: asyncio.Future[Member | None] = asyncio.get_running_loop().create_future()
        if self._is_shut:
            answer.cancel()
        else:
            self._waiting.put_nowait((token, answer))
        return await answer

    async def serve(self) -> None:
        """Answer for ever; whoever still waits when this is cancelled, or comes later, is cancelled as well."""
        asked = []
        try:
            while True:
                asked = [await self._waiting.get()]
                while not self._waiting.empty() and len(asked) < TOGETHER:
                    asked.append(self._waiting.get_nowait())
                await self._answer(asked)
        finally:
            self._is_shut = True
            while not self._waiting.empty():
                asked.append(self._waiting.get_nowait())
            for _, answer in asked:
                answer.cancel()

    async def _answer(self, asked: list[tuple[str, asyncio.Future[Member | None]]]) -> None:
        try:
            members = await in_thread(self._threads, lambda: members_of([token for token, _ in asked]))
        except Exception as error:  # each of those who asked is told; the door goes on
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(error)
        else:
            for (_, answer), member in zip(asked, members, strict=True):
                if not answer.done():
                    answer.set_result(member)


async def in_thread(threads: ThreadPoolExecutor, question: Callable[[], T]) -> T:
    """Ask the database in a thread."""

    def ask() -> T:
        close_old_connections()  # as a request does
        return question()

    return await asyncio.get_running_loop().run_in_executor(threads, ask)
