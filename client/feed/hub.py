"""The feed of one process: who follows what, and how it hears of changes."""

import asyncio
from typing import Final

from client.feed.changes import read_change
from client.feed.following import Following
from client.feed.listening import Listening
from client.feed.sessions import users_of
from client.feed.turns import Turns
from client.live.batching import Batches

RESTART: Final = 1012  # come again, but not all at once
ANONYMOUS_SHARE: Final = 0.5  # of LIVE_WINDOWS_A_PROCESS: strangers leave the other half to users


class Feed:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.following = Following()
        self.listening = Listening(self._take, self._lost)
        self.users_of: Batches[str, int | None] = Batches(users_of)
        self.turns = Turns()

    async def _take(self, payload: str) -> None:
        for change in read_change(payload).parts:
            await self.following.tell(change)

    def _lost(self) -> None:
        for follower in self.following.everybody():
            follower.close(RESTART)


_feed: Feed | None = None


def feed() -> Feed:
    """Return the feed of the running event loop; a process that serves has one loop."""
    global _feed
    if _feed is None or _feed.loop is not asyncio.get_running_loop():
        _feed = Feed()
    return _feed
