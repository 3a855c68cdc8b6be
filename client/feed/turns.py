"""Where requests wait for the database: users and strangers apart, so that nobody keeps everybody waiting."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar
from weakref import WeakValueDictionary

from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

from client.feed import queries
from client.feed.patience import in_time
from client.live.threads import Threads

Result = TypeVar("Result")

of_users = Threads("feed-user", 4)
of_strangers = Threads("feed-stranger", 2)
MOST_STRANGERS: Final = 20  # requests of strangers that are carried out or wait; the next one is refused


class UnavailableError(APIException):  # type: ignore[misc]
    """The database does not answer, or too many others ask it."""

    status_code = 503
    default_detail = _("The service cannot answer now. Try again in a moment.")


class Turns:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._strangers = 0
        self._users: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def run(self, user: int | None, function: Callable[[], Result]) -> Result:
        """Return what a function returns in a thread, for a user, by his key, or for a stranger.

        Whatever the number of his sockets, a user has one request carried out at a time. Raise UnavailableError when
        too many of strangers wait already.
        """
        if user is None:
            return await self._run_for_stranger(function)
        async with self._users.setdefault(user, asyncio.Lock()):
            return await _run(of_users, queries.PATIENCE, function)

    async def _run_for_stranger(self, function: Callable[[], Result]) -> Result:
        if self._strangers >= MOST_STRANGERS:
            raise UnavailableError
        self._strangers += 1
        try:
            return await _run(of_strangers, queries.PATIENCE_WITH_STRANGERS, function)
        finally:
            self._strangers -= 1


async def _run(threads: Threads, patience: str, function: Callable[[], Result]) -> Result:
    language = get_language()  # a thread has one of its own

    def carry_out() -> Result:
        with override(language):
            return in_time(patience, function)

    return await threads.run(carry_out)
