"""Requests that are refused: what is told, and that the socket stays."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from prometheus_client import REGISTRY

from client.feed.models import Post
from tests.client.feed.conftest import Socket, later, under_way
from tests.client.people import incoming, replicate
from tests.client.replication.workers import wait_for_a_lock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]


@pytest.mark.parametrize(
    ("action", "said", "field"),
    [
        ("create", {}, "body"),
        ("create", {"data": {"body": ""}}, "body"),
        ("create", {"data": {"body": "  \n"}}, "body"),
        ("create", {"data": {"body": None}}, "body"),
        ("create", {"data": {"body": "x" * 257}}, "body"),
        ("create", {"data": {"body": "a\0b"}}, "body"),
        ("create", {"data": {"body": ["a"]}}, "body"),
        ("create", {"data": "text"}, "non_field_errors"),
        ("create", {"data": None}, "non_field_errors"),
        ("patch", {"data": {"body": "a"}}, "pk"),
        ("patch", {"pk": "one", "data": {"body": "a"}}, "pk"),
        ("retrieve", {}, "pk"),
        ("retrieve", {"pk": {}}, "pk"),
        ("list", {"limit": 0}, "limit"),
        ("list", {"limit": "x"}, "limit"),
        ("list", {"offset": -1}, "offset"),
        ("list", {"body_contains": "\0"}, "body_contains"),
        ("list", {"body_contains": 7 * [1]}, "body_contains"),
        ("list", {"hashtags": "a"}, "hashtags"),
        ("subscribe_to_hashtag", {}, "hashtag"),
        ("subscribe_to_hashtag", {"hashtag": "#"}, "hashtag"),
        ("subscribe_to_hashtag", {"hashtag": "a b"}, "hashtag"),
        ("subscribe_to_hashtag", {"hashtag": "##a"}, "hashtag"),
        ("unsubscribe_from_hashtag", {"hashtag": None}, "hashtag"),
        ("subscribe_instance", {}, "pk"),
    ],
)
def test_what_is_wrong_is_told_by_field(action: str, said: dict[str, Any], field: str, browser: Client) -> None:
    @async_to_sync
    async def run() -> None:
        socket = Socket(browser)
        await socket.open()
        status, errors = await socket.ask(action, **said)
        assert (status, [list(each) for each in errors]) == (400, [[field]])
        assert (await socket.ask("list"))[0] == 200
        await socket.leave()

    run()
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    "frame",
    [
        *("", "[]", "7", "null", "{", '{"action": NaN}', '{"a": ' * 40 + "1" + "}" * 40, b"\x00"),
        '{"request_id": 1}',
        '{"action": ["list"], "request_id": 1}',
        '{"action": "update", "pk": 1, "request_id": 1}',
        '{"action": "__init__", "request_id": 1}',
        '{"action": "handle_action", "self": 1, "request_id": 1}',
    ],
)
def test_nonsense_is_answered_and_the_socket_stays(frame: str | bytes, browser: Client) -> None:
    @async_to_sync
    async def run() -> None:
        socket = Socket(browser)
        await socket.open()
        await socket.send(frame)
        reply = await socket.message()
        assert reply.keys() == {"action", "errors", "response_status", "request_id", "data"}
        assert reply["response_status"] in (400, 405)
        assert reply["errors"]
        assert (await socket.ask("list", kwargs={}, queryset=None, view=1, page=[]))[0] == 200
        await socket.leave()

    run()


@pytest.mark.parametrize("pk", [0, -1, 2**31, 2**63, 10**30])
def test_a_post_that_cannot_be_is_not_found(pk: int) -> None:
    @async_to_sync
    async def run() -> None:
        socket = Socket()
        await socket.open()
        assert await socket.ask("retrieve", pk=pk) == (404, ["There is no such post."])
        assert await socket.ask("subscribe_instance", pk=pk) == (404, ["There is no such post."])
        await socket.leave()

    run()


def test_what_fails_here_is_told_without_its_reason(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: Any, *args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("client.feed.actions.FeedActions.filter_queryset", fail)

    @async_to_sync
    async def run() -> None:
        socket = Socket()
        await socket.open()
        assert await socket.ask("list") == (500, ["Something went wrong here."])
        assert (await socket.ask("subscribe_to_hashtag", hashtag="a"))[0] == 201
        await socket.leave()

    run()
    assert "feed request failed" in caplog.messages


def test_requests_are_counted_by_their_replies() -> None:
    def counted(action: str, status: int) -> float:
        labels = {"action": action, "status": str(status)}
        return REGISTRY.get_sample_value("feed_requests_total", labels) or 0.0

    asked = [("list", 200), ("list", 400), ("", 405)]
    before = [counted(*each) for each in asked]

    @async_to_sync
    async def run() -> None:
        socket = Socket()
        await socket.open()
        await socket.ask("list")
        await socket.ask("list", limit=0)
        await socket.ask("whatever somebody makes up")
        await socket.leave()

    run()
    assert [counted(*each) for each in asked] == [count + 1 for count in before]


def test_who_is_deleted_while_he_writes_is_nobody(browser: Client, caplog: pytest.LogCaptureFixture) -> None:
    @async_to_sync
    async def run() -> None:
        socket = Socket(browser)
        await socket.open()
        with under_way(lambda: replicate(incoming("ada", deleted=True))):
            asked = asyncio.ensure_future(socket.ask("create", data={"body": "a"}))
            await later(wait_for_a_lock)
        assert await asked == (401, ["Authentication credentials were not provided."])

    run()
    assert not Post.objects.exists()
    assert "feed request failed" not in caplog.messages
