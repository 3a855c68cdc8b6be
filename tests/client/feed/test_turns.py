"""Where requests wait: strangers, and one user's many sockets, keep no other user waiting."""

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client
from django.utils.translation import gettext, override
from pytest_django import Settings

from client.feed import queries, turns
from client.feed.actions import FeedActions
from client.feed.hub import feed
from client.feed.models import Post
from client.live.frames import SIGNED_OUT
from client.live.revoke import close_windows, user_group
from client.live.topics import user_key
from client.users.models import User
from tests.client.feed.conftest import Socket, held, later
from tests.client.people import a_replica
from tests.client.replication.workers import wait_for_a_lock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]

SEARCHERS = 6  # more than there are threads
SLOW = "SELECT pg_advisory_xact_lock(4711)"  # whoever holds it, searches wait for him


@pytest.fixture
def _searches_are_slow(monkeypatch: pytest.MonkeyPatch, ada: User) -> None:
    """Let whoever searches wait for a lock that others do not meet, and be given a minute for it."""
    theirs = FeedActions.filter_queryset

    def filter_queryset(self: FeedActions, queryset: Any, **said: Any) -> Any:
        found = theirs(self, queryset, **said)
        waits = {"where": ["pg_advisory_xact_lock_shared(4711)::text = ''"]}
        return found.extra(**waits) if said.get("body_contains") else found

    monkeypatch.setattr(FeedActions, "filter_queryset", filter_queryset)
    for name in ("PATIENCE", "PATIENCE_WITH_STRANGERS"):
        monkeypatch.setattr(queries, name, "SET LOCAL statement_timeout = '60s'")
    Post.objects.create(author=ada, body="a")


async def opened(count: int, browser: Client | None = None) -> list[Socket]:
    sockets = [Socket(browser) for _ in range(count)]
    assert all([await socket.open() for socket in sockets])
    return sockets


@pytest.mark.usefixtures("_searches_are_slow")
@pytest.mark.parametrize("who", ["strangers", "a user with many sockets"])
def test_a_user_does_not_wait_for_the_searches_of_others(
    who: str, browser: Client, sign_in: Callable[[User], Client]
) -> None:
    other = sign_in(a_replica("bob")) if who != "strangers" else None

    @async_to_sync
    async def run() -> None:
        searchers, [socket] = await opened(SEARCHERS, other), await opened(1, browser)
        with held(SLOW):
            searches = [asyncio.ensure_future(each.ask("list", body_contains="a")) for each in searchers]
            await later(wait_for_a_lock)
            assert (await socket.ask("create", data={"body": "b"}))[0] == 201
            assert len((await socket.ask("list"))[1]) == 2
            assert not any(search.done() for search in searches)
        assert [status for status, _ in await asyncio.gather(*searches)] == [200] * SEARCHERS
        for each in (socket, *searchers):
            await each.leave()

    run()


@pytest.mark.usefixtures("_searches_are_slow")
def test_only_so_many_strangers_wait(monkeypatch: pytest.MonkeyPatch, browser: Client) -> None:
    monkeypatch.setattr(turns, "MOST_STRANGERS", SEARCHERS)

    @async_to_sync
    async def run() -> None:
        searchers, [one_more, socket] = await opened(SEARCHERS), [*await opened(1), *await opened(1, browser)]
        with held(SLOW):
            searches = [asyncio.ensure_future(each.ask("list", body_contains="a")) for each in searchers]
            await later(wait_for_a_lock, 2)
            status, [sentence] = await one_more.ask("list")
            assert (status, sentence[:30]) == (503, "The service cannot answer now.")
            assert (await one_more.ask("whoami"))[0] == 200
            assert (await socket.ask("list"))[0] == 200
        await asyncio.gather(*searches)
        assert (await one_more.ask("list"))[0] == 200
        for each in (socket, one_more, *searchers):
            await each.leave()

    run()


@pytest.mark.usefixtures("_searches_are_slow")
def test_who_is_signed_out_while_he_waits_writes_no_more(browser: Client, ada: User) -> None:
    @async_to_sync
    async def run() -> None:
        searcher, writer = await opened(2, browser)
        with held(SLOW):
            await searcher.send(json.dumps({"action": "list", "body_contains": "a"}))
            await later(wait_for_a_lock)
            await writer.send(json.dumps({"action": "create", "request_id": 1, "data": {"body": "b"}}))
            async with asyncio.timeout(5):
                while not feed().turns._users[ada.pk]._waiters:  # noqa: ASYNC110 - turns of the loop, not time
                    await asyncio.sleep(0)
            await later(close_windows, [user_group(user_key(ada))])
            assert [await each.close_code() for each in (searcher, writer)] == [SIGNED_OUT] * 2
        for each in (searcher, writer):
            await each.leave()

    run()
    assert [post.body for post in Post.objects.all()] == ["a"]


@pytest.mark.parametrize(("who", "most"), [("user", 4), ("stranger", 2)])
def test_connections_to_the_database_are_kept(who: str, most: int, browser: Client, ada: User) -> None:
    post = Post.objects.create(author=ada, body="a")
    made: list[str] = []

    def note(sender: Any, **said: Any) -> None:
        made.append(threading.current_thread().name)

    @async_to_sync
    async def run() -> None:
        [socket] = await opened(1, browser if who == "user" else None)
        connection_created.connect(note)
        try:
            for _ in range(5):
                for action in ("list", "retrieve", "subscribe_instance"):
                    assert (await socket.ask(action, pk=post.pk))[0] in (200, 201)
        finally:
            connection_created.disconnect(note)
        await socket.leave()

    run()
    assert 1 <= len(made) <= most
    assert {name.rpartition("_")[0] for name in made} == {f"feed-{who}"}


def test_a_connection_that_has_died_meanwhile_is_made_anew(browser: Client) -> None:
    @async_to_sync
    async def run() -> None:
        [socket] = await opened(1, browser)
        assert (await socket.ask("create", data={"body": "a"}))[0] == 201
        await later(end_backends, [each.connection.info.backend_pid for each in turns.of_users._connections])
        assert (await socket.ask("create", data={"body": "b"}))[0] == 201
        await socket.leave()

    run()
    assert [post.body for post in Post.objects.all()] == ["b", "a"]


def end_backends(pids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid, 10000) FROM unnest(%s) AS pid", [pids])
        assert cursor.fetchall() == [(True,)]


def test_what_is_wrong_is_told_in_the_language_of_who_asks(browser: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("fr", "French")]
    with override("fr"):
        sentence = gettext("Null characters are not allowed.")
    assert "nul" in sentence.split()

    @async_to_sync
    async def run() -> None:
        socket = Socket(browser, cookies=f"{settings.LANGUAGE_COOKIE_NAME}=fr")
        await socket.open()
        assert await socket.ask("create", data={"body": "\0"}) == (400, [{"body": [sentence]}])
        await socket.leave()

    run()
