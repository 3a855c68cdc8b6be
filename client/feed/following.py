"""Who follows which posts, in this process: each change is made a frame once, and handed to all whom it concerns."""

import asyncio
from collections.abc import Collection, Iterable
from typing import Final, Protocol

from client.feed import counters
from client.feed.changes import Change
from client.live.frames import Frame
from client.live.outgoing import Outgoing

TURN: Final = 256  # sockets that get a frame before the event loop sees to something else


class Follower(Protocol):
    """A socket."""

    followed: set[str]
    outgoing: Outgoing

    def __hash__(self) -> int: ...

    def close(self, code: int) -> None: ...


class Following:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._followers: dict[str, set[Follower]] = {}

    def follow(self, follower: Follower, topic: str) -> None:
        """Let a socket hear of the posts of a topic."""
        follower.followed.add(topic)
        self._followers.setdefault(topic, set()).add(follower)

    def unfollow(self, follower: Follower, topic: str) -> None:
        """Let it hear no more, from now on; one that does not follow the topic may be told so too."""
        follower.followed.discard(topic)
        if followers := self._followers.get(topic):
            followers.discard(follower)
            if not followers:
                del self._followers[topic]

    def leave(self, follower: Follower) -> None:
        """Forget a socket."""
        for topic in tuple(follower.followed):
            self.unfollow(follower, topic)

    def everybody(self) -> set[Follower]:
        """Return all sockets that follow something."""
        return self._of(self._followers)

    async def tell(self, change: Change) -> None:
        """Tell each socket once that a post has come among those it follows, has changed there, or has left."""
        before, after = self._of(change.before), self._of(change.after)
        concerned = change.before | change.after
        for action, followers in (
            ("create", after - before),
            ("update", after & before),
            ("delete", before - after),
        ):
            if followers:
                await _hand_out(followers, change.event(action), concerned)
                counters.events.labels(action=action).inc()

    def _of(self, topics: Iterable[str]) -> set[Follower]:
        return set().union(*(self._followers.get(topic, ()) for topic in topics))


async def _hand_out(followers: Collection[Follower], frame: Frame, topics: frozenset[str]) -> None:
    """Give a frame to those who, when their turn comes, still follow one of the topics; none is waited for."""
    for index, follower in enumerate(followers, start=1):
        if not follower.followed.isdisjoint(topics):
            follower.outgoing.put(frame)
            counters.delivered.inc()
        if index % TURN == 0:
            await asyncio.sleep(0)
