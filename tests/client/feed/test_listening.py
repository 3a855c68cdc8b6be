"""The process's connection that hears of posts: when it goes nobody misses anything without knowing."""

from typing import Any

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.db import connection

from client.feed.hub import RESTART
from client.feed.listening import NAME
from client.feed.models import Post
from client.users.models import User
from tests.client.feed.conftest import Socket, later

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]


def listening() -> set[int]:
    """Return PostgreSQL's processes of such connections; one that a test before has closed may still be there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [NAME])
        return {pid for (pid,) in cursor.fetchall()}


def terminate(pids: set[int]) -> list[bool]:
    """End connections, as a restart of the server does; return whether each was ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [list(pids)])
        return [ended for (ended,) in cursor.fetchall()]


def test_when_its_connection_goes_followers_go_too_and_can_come_again(ada: User) -> None:
    @async_to_sync
    async def run() -> None:
        before, follower, other = await later(listening), Socket(), Socket()
        for socket in (follower, other):
            await socket.open()
        assert (await follower.ask("subscribe_to_posts"))[0] == 201
        assert await later(terminate, await later(listening) - before) == [True]
        assert await follower.code_after_all() == RESTART
        assert (await other.ask("subscribe_to_hashtag", hashtag="a"))[0] == 201
        await later(Post.objects.create, author=ada, body="#a")
        assert (await other.event())[0] == "create"
        await other.leave()

    run()


def test_without_the_database_it_says_so_and_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*args: Any, **kwargs: Any) -> None:
        raise psycopg.OperationalError("gone")

    monkeypatch.setattr("client.feed.listening.CONNECT_SECONDS", 0.3)
    monkeypatch.setattr("psycopg.AsyncConnection.connect", fail)

    @async_to_sync
    async def run() -> None:
        socket = Socket()
        await socket.open()
        assert (await socket.ask("subscribe_to_posts"))[0] == 503
        assert (await socket.ask("list"))[0] == 200
        await socket.leave()

    run()


@pytest.mark.parametrize("payload", ["", "x", "{}", '{"old": null, "new": {"id": 1}}'])
def test_what_another_version_sends_is_logged_and_passed_over(
    payload: str, ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    def notify() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('feed_post', %s)", [payload])

    @async_to_sync
    async def run() -> None:
        socket = Socket()
        await socket.open()
        await socket.ask("subscribe_to_posts")
        await later(notify)
        await later(Post.objects.create, author=ada, body="a")
        assert (await socket.event())[2] == "a"
        await socket.leave()

    run()
    assert "change of a post not told" in caplog.messages
