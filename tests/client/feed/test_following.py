"""Who gets which frame: once each, the same for all, and nobody who has just let go."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from prometheus_client import REGISTRY

from client.feed.changes import Change, Row, hashtag_topic, read_change
from client.feed.following import TURN, Following
from client.live.frames import Frame

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Follower:
    """A socket that keeps what it is given."""

    def __init__(self) -> None:
        self.followed: set[str] = set()
        self.outgoing: Any = self
        self.got: list[Frame] = []

    def put(self, frame: Frame) -> None:
        self.got.append(frame)

    def close(self, code: int) -> None:
        raise AssertionError


def change(before: str | None, after: str | None) -> Change:
    """Return the change of a post's body; None stands for a post that is not there."""
    old, new = (body if body is None else Row(id=1, author_id=2, body=body, created_at=NOW) for body in (before, after))
    return Change(old=old, new=new)


def many(following: Following, count: int, tag: str) -> list[Follower]:
    followers = [Follower() for _ in range(count)]
    for each in followers:
        following.follow(each, hashtag_topic(tag))
    return followers


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_all_get_one_frame_and_are_counted() -> None:
    following = Following()
    followers = many(following, 3 * TURN + 1, "a")
    told, delivered = counted("feed_events_total", action="create"), counted("feed_delivered_total")
    async_to_sync(following.tell)(change(None, "#a"))
    assert len({id(frame) for each in followers for frame in each.got}) == 1
    assert [len(each.got) for each in followers] == [1] * len(followers)
    assert counted("feed_events_total", action="create") == told + 1
    assert counted("feed_delivered_total") == delivered + len(followers)


def test_whoever_lets_go_while_others_are_told_is_told_nothing() -> None:
    following = Following()
    followers = many(following, 2 * TURN, "a")

    async def let_go() -> None:
        for each in followers:
            following.unfollow(each, hashtag_topic("a"))

    @async_to_sync
    async def run() -> None:
        leaving = asyncio.create_task(let_go())  # which runs at the first pause
        await following.tell(change(None, "#a"))
        await leaving

    run()
    assert sum(len(each.got) for each in followers) == TURN
    assert following.everybody() == set()


def test_whoever_leaves_is_forgotten() -> None:
    following = Following()
    one, other = many(following, 2, "a")
    following.follow(one, hashtag_topic("b"))
    following.leave(one)
    async_to_sync(following.tell)(change("#a", "#b"))
    assert (one.got, len(other.got), one.followed) == ([], 1, set())


@pytest.mark.parametrize(
    ("before", "after", "action"),
    [
        (None, "#a", "create"),
        ("b", "#a", "create"),
        ("#a", "#A b", "update"),
        ("#a", "b", "delete"),
        ("#a", None, "delete"),
        (None, "b", None),
        ("b", "c", None),
    ],
)
def test_a_change_is_what_it_is_for_the_follower(before: str | None, after: str | None, action: str | None) -> None:
    following = Following()
    [follower] = many(following, 1, "a")
    async_to_sync(following.tell)(change(before, after))
    assert [frame.message["text"].split('"')[3] for frame in follower.got] == ([action] if action else [])


def test_times_of_another_zone_are_the_same_times() -> None:
    row = '{"id": 1, "body": "a", "created_at": "2026-11-21T14:00:00.5+02:00", "author_id": 2, "later": "column"}'
    read = read_change(f'{{"at": 1, "old": null, "new": {row}}}')
    assert read.new is not None
    assert read.new.item == {"created_at": "2026-11-21T12:00:00.500000Z", "author": 2, "body": "a", "pk": 1}
