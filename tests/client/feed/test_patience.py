"""A request that the database keeps waiting is given up before long."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from client.feed import queries
from client.feed.models import Post
from client.users.models import User
from tests.client.feed.conftest import Socket, held

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]


PATIENCE = {"user": ("PATIENCE", "2s"), "stranger": ("PATIENCE_WITH_STRANGERS", "1s")}


@contextmanager
def held_for_longer_than(who: str, statement: str) -> Iterator[None]:
    """Hold a lock in the block, for which somebody waits for a moment only; all else may take its time."""
    name, seconds = PATIENCE[who]
    with held(statement), pytest.MonkeyPatch.context() as patched:
        patched.setattr(queries, name, getattr(queries, name).replace(seconds, "100ms"))
        yield


@pytest.mark.parametrize("action", ["patch", "delete"])
def test_a_post_that_somebody_holds_is_not_waited_for(action: str, browser: Client, ada: User) -> None:
    post = Post.objects.create(author=ada, body="as it was")

    @async_to_sync
    async def run() -> None:
        socket, other = Socket(browser), Socket()
        await socket.open()
        await other.open()
        with held_for_longer_than("user", "SELECT 1 FROM feed_post FOR UPDATE"):
            asked = [socket.ask(action, pk=post.pk, data={"body": "changed"}), other.ask("list")]
            async with asyncio.timeout(10):
                answers = [status for status, _ in await asyncio.gather(*asked)]
        assert answers == [503, 200]
        assert (await socket.ask(action, pk=post.pk, data={"body": "changed"}))[0] in (200, 204)
        await socket.leave()
        await other.leave()

    run()


def test_a_new_post_does_not_wait_for_its_author_either(browser: Client) -> None:
    @async_to_sync
    async def run() -> None:
        socket = Socket(browser)
        await socket.open()
        with held_for_longer_than("user", "SELECT 1 FROM users_user FOR UPDATE"):
            async with asyncio.timeout(10):
                assert (await socket.ask("create", data={"body": "a"}))[0] == 503
        await socket.leave()

    run()
    assert not Post.objects.exists()


READS: list[tuple[str, dict[str, Any]]] = [
    *(("list", said) for said in ({}, {"limit": 5}, {"hashtags": ["a"]}, {"body_contains": "a"})),
    ("retrieve", {}),
    ("subscribe_instance", {}),
]
WRITES: list[tuple[str, dict[str, Any]]] = [
    ("create", {"data": {"body": "b"}}),
    ("patch", {"data": {"body": "b"}}),
    ("delete", {}),
]


@pytest.mark.parametrize(
    ("who", "action", "said"),
    [*(("stranger", *each) for each in READS), *(("user", *each) for each in [*READS, *WRITES])],
)
def test_nor_does_anything_wait_for_the_table(
    who: str, action: str, said: dict[str, Any], browser: Client, ada: User
) -> None:
    post = Post.objects.create(author=ada, body="#a")

    @async_to_sync
    async def run() -> None:
        socket = Socket(browser if who == "user" else None)
        await socket.open()
        with held_for_longer_than(who, "LOCK TABLE feed_post"):
            async with asyncio.timeout(10):
                assert (await socket.ask(action, pk=post.pk, **said))[0] == 503
        assert (await socket.ask(action, pk=post.pk, **said))[0] in (200, 201, 204)
        await socket.leave()

    run()
