"""Events of the feed: who is told of which post, however it was written."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.test import Client

from client.feed.models import Post
from client.users.models import User
from tests.client.feed.conftest import Socket, later

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]

Write = Callable[[User], object]


async def following(*hashtags: str, posts: bool = False) -> Socket:
    """Return an open socket that follows hashtags."""
    socket = Socket()
    await socket.open()
    for tag in hashtags:
        assert await socket.ask("subscribe_to_hashtag", hashtag=tag) == (201, None)
    if posts:
        assert await socket.ask("subscribe_to_posts") == (201, None)
    return socket


def sql(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


CREATED: dict[str, Write] = {
    "save": lambda ada: Post.objects.create(author=ada, body="new #x"),
    "bulk_create": lambda ada: Post.objects.bulk_create([Post(author=ada, body="new #x")]),
    "SQL": lambda ada: sql("INSERT INTO feed_post (author_id, body, created_at) VALUES (%s, 'new #x', now())", ada.pk),
    "update": lambda ada: Post.objects.filter(body="plain").update(body="new #x"),
    "bulk_update": lambda ada: bulk_update("new #x"),
    "save again": lambda ada: Post(pk=Post.objects.get(body="plain").pk, author=ada, body="new #x").save(),
}
DELETED: dict[str, Write] = {
    "delete": lambda ada: Post.objects.get(body="old #x").delete(),
    "delete of many": lambda ada: Post.objects.filter(body="old #x").delete(),
    "update": lambda ada: Post.objects.filter(body="old #x").update(body="without"),
    "SQL": lambda ada: sql("DELETE FROM feed_post"),
    "the author is deleted": lambda ada: ada.delete(),
    "the author is deleted by SQL": lambda ada: sql("DELETE FROM users_user WHERE id = %s", ada.pk),
}


def bulk_update(body: str) -> None:
    posts = list(Post.objects.all())
    for post in posts:
        post.body = body
    Post.objects.bulk_update(posts, ["body"])


@pytest.mark.parametrize("write", CREATED.values(), ids=CREATED)
def test_a_post_that_gains_the_hashtag_is_created_for_its_followers(write: Write, ada: User) -> None:
    Post.objects.create(author=ada, body="plain")

    @async_to_sync
    async def run() -> None:
        socket = await following("X")
        await later(write, ada)
        action, _, body = await socket.event()
        assert (action, body) == ("create", "new #x")
        assert await socket.quiet()
        await socket.leave()

    run()


@pytest.mark.parametrize("write", DELETED.values(), ids=DELETED)
def test_a_post_that_loses_it_is_deleted_for_them(write: Write) -> None:
    author = User.objects.create(username="local")
    post = Post.objects.create(author=author, body="old #x")

    @async_to_sync
    async def run() -> None:
        socket = await following("#x")
        await later(write, author)
        action, pk, _ = await socket.event()
        assert (action, pk) == ("delete", post.pk)
        assert await socket.quiet()
        await socket.leave()

    run()


def test_a_change_is_told_once_to_each_as_it_is_for_him(ada: User) -> None:
    post = Post.objects.create(author=ada, body="#a #b")

    @async_to_sync
    async def run() -> None:
        a, b, c = await following("a"), await following("b"), await following("c")
        both, every, other = await following("a", "c"), await following(posts=True), await following("d")
        one = Socket()
        await one.open()
        assert await one.ask("subscribe_instance", pk=post.pk) == (201, None)
        await later(Post.objects.update, body="#b #c")
        assert await a.event() == ("delete", post.pk, "#b #c")
        assert await b.event() == ("update", post.pk, "#b #c")
        assert await c.event() == ("create", post.pk, "#b #c")
        for socket in (both, every, one):
            assert await socket.event() == ("update", post.pk, "#b #c")
        await later(Post.objects.update, body="#b #c")  # which changes nothing
        assert [await socket.quiet() for socket in (a, b, c, both, every, one, other)] == [True] * 7
        for socket in (a, b, c, both, every, one, other):
            await socket.leave()

    run()


def test_a_post_that_gets_another_key_is_another(ada: User) -> None:
    post = Post.objects.create(author=ada, body="#x")

    @async_to_sync
    async def run() -> None:
        socket = await following("x")
        await later(sql, "UPDATE feed_post SET id = id + 1000")
        assert await socket.event() == ("delete", post.pk, "#x")
        assert await socket.event() == ("create", post.pk + 1000, "#x")
        await socket.leave()

    run()


def test_only_what_is_committed_is_told_in_order_and_each_change(ada: User) -> None:
    def write() -> None:
        with transaction.atomic():
            post = Post.objects.create(author=ada, body="#x 1")
            for body in ("#x 2", "#x 1", "#x 2", "#x 1", "#x 2"):
                Post.objects.filter(pk=post.pk).update(body=body)
            with transaction.atomic():
                Post.objects.create(author=ada, body="#x undone")
                transaction.set_rollback(True)
        with transaction.atomic():
            Post.objects.all().delete()
            transaction.set_rollback(True)

    @async_to_sync
    async def run() -> None:
        socket = await following("x")
        await later(write)
        heard = [await socket.event() for _ in range(6)]
        assert [action for action, _, _ in heard] == ["create"] + ["update"] * 5
        assert [body for _, _, body in heard] == ["#x 1", "#x 2"] * 3
        assert await socket.quiet()
        await socket.leave()

    run()


def test_to_unfollow_takes_effect_at_once(browser: Client, ada: User) -> None:
    @async_to_sync
    async def run() -> None:
        socket = await following("#x", "#Straße")
        assert await socket.ask("unsubscribe_from_hashtag", hashtag="X") == (204, None)
        assert await socket.ask("unsubscribe_from_hashtag", hashtag="never") == (204, None)
        await later(Post.objects.create, author=ada, body="#x")
        await later(Post.objects.create, author=ada, body="#STRASSE")
        assert (await socket.event())[2] == "#STRASSE"
        assert await socket.quiet()
        await socket.leave()

    run()


def test_a_large_write_is_told_of_every_post(ada: User) -> None:
    letter = "\x01"  # the longest in JSON

    @async_to_sync
    async def run() -> None:
        socket = await following("x")
        await later(Post.objects.bulk_create, [Post(author=ada, body="#x " + letter * 253) for _ in range(100)])
        pks = [(await socket.event())[1] for _ in range(100)]
        assert pks == sorted(pks)
        await later(Post.objects.update, body="#x " + "\x02" * 253)
        assert [await socket.event() for _ in range(100)][-1][0] == "update"
        await socket.leave()

    run()
