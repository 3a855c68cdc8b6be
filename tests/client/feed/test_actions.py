"""Requests of the feed: their replies, and who may ask for what."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.utils import timezone

from client.feed.models import Post
from client.users.models import User
from tests.client.feed.conftest import Socket
from tests.client.people import a_replica

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]


def test_a_post_is_written_read_changed_and_deleted(browser: Client, ada: User) -> None:
    @async_to_sync
    async def run() -> None:
        socket = Socket(browser)
        assert await socket.open()
        status, item = await socket.ask("create", data={"body": " Hello #World "})
        assert status == 201
        assert item.keys() == {"created_at", "author", "body", "pk"}
        assert (item["author"], item["body"]) == (ada.pk, "Hello #World")
        pk = item["pk"]
        assert await socket.ask("retrieve", pk=pk) == (200, item)
        assert await socket.ask("patch", pk=pk, data={"body": "Bye", "author": 0, "pk": 7}) == (
            200,
            {**item, "body": "Bye"},
        )
        assert await socket.ask("list") == (200, [{**item, "body": "Bye"}])
        assert await socket.ask("delete", pk=pk) == (204, None)
        assert await socket.ask("list") == (200, [])
        assert (await socket.ask("retrieve", pk=pk))[0] == 404
        await socket.leave()

    run()


def write(author: User, *bodies: str, **fields: Any) -> list[Post]:
    """Write posts, each a second after the one before."""
    began = timezone.now() - timedelta(seconds=len(bodies))
    posts = [
        Post(author=author, body=body, created_at=began + timedelta(seconds=number), **fields)
        for number, body in enumerate(bodies)
    ]
    return Post.objects.bulk_create(posts)


def test_a_list_is_the_newest_first_filtered_and_in_parts(ada: User) -> None:
    write(ada, *(f"number {n}" for n in range(503)), "one #Tag", "a\ttagged 100%")

    def bodies(answer: tuple[int, Any]) -> list[str]:
        status, data = answer
        assert status == 200, data
        return [item["body"] for item in (data if isinstance(data, list) else data["results"])]

    @async_to_sync
    async def run() -> None:
        socket = Socket()
        await socket.open()
        newest = bodies(await socket.ask("list"))
        assert len(newest) == 500
        assert newest[:3] == ["a\ttagged 100%", "one #Tag", "number 502"]
        assert bodies(await socket.ask("list", body_contains="NUMBER 50")) == [
            *("number 502", "number 501", "number 500", "number 50")
        ]
        assert bodies(await socket.ask("list", body_contains="0%")) == ["a\ttagged 100%"]
        assert bodies(await socket.ask("list", hashtags=["#TAG"])) == ["one #Tag"]
        status, part = await socket.ask("list", body_contains="number", limit=2, offset=1)
        assert status == 200
        assert (part["count"], part["limit"], part["offset"]) == (503, 2, 1)
        assert [item["body"] for item in part["results"]] == ["number 501", "number 500"]
        status, part = await socket.ask("list", limit=9999)
        assert (part["limit"], len(part["results"])) == (500, 500)
        await socket.leave()

    run()


def test_anybody_reads_and_only_users_write(ada: User) -> None:
    [post] = write(ada, "hers")

    @async_to_sync
    async def run() -> None:
        socket = Socket()
        assert await socket.open()
        assert (await socket.ask("list"))[0] == 200
        assert (await socket.ask("retrieve", pk=post.pk))[0] == 200
        assert (await socket.ask("subscribe_to_hashtag", hashtag="a"))[0] == 201
        for action in ("create", "patch", "delete"):
            status, errors = await socket.ask(action, pk=post.pk, data={"body": "mine"})
            assert (status, len(errors)) == (401, 1)
        await socket.leave()

    run()
    assert Post.objects.get().body == "hers"


def test_only_the_author_changes_and_deletes(ada: User, sign_in: Callable[[User], Client]) -> None:
    [post] = write(ada, "hers")
    other = sign_in(a_replica("bob"))

    @async_to_sync
    async def run() -> None:
        socket = Socket(other)
        await socket.open()
        assert (await socket.ask("patch", pk=post.pk, data={"body": "his"}))[0] == 403
        assert (await socket.ask("delete", pk=post.pk))[0] == 403
        assert (await socket.ask("patch", pk=post.pk + 1, data={"body": "his"}))[0] == 404
        assert (await socket.ask("delete", pk=post.pk + 1))[0] == 404
        await socket.leave()

    run()
    assert Post.objects.get().body == "hers"


def test_a_body_of_256_characters_fits_whatever_they_are(browser: Client) -> None:
    @async_to_sync
    async def run() -> None:
        socket = Socket(browser)
        await socket.open()
        for letter in ("x", "é", "語", "🎉"):
            status, item = await socket.ask("create", data={"body": letter * 256})
            assert (status, item["body"]) == (201, letter * 256)
        await socket.leave()

    run()
