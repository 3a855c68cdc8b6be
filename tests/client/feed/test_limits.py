"""How much one browser, and how many browsers, may ask of a process."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from pytest_django import Settings

from client.feed.sockets import FeedOutgoing
from client.live import outgoing
from client.live.frames import TOO_BIG, TOO_MANY, TRY_AGAIN, text_frame
from tests.client.feed.conftest import Socket
from tests.client.live.windows import window_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]


@pytest.mark.parametrize("limit", ["LIVE_WINDOWS_A_USER", "LIVE_WINDOWS_A_PROCESS"])
def test_sockets_and_windows_share_their_limits(limit: str, browser: Client, settings: Settings) -> None:
    setattr(settings, limit, 2)
    window = window_of(browser)

    @async_to_sync
    async def run() -> None:
        first, second = Socket(browser), Socket(browser)
        assert await window.open()
        assert await first.open()
        assert await second.open()
        assert await second.close_code() == (TOO_MANY if limit == "LIVE_WINDOWS_A_USER" else TRY_AGAIN)
        await first.leave()
        third = Socket(browser)
        assert await third.open()
        assert (await third.ask("list"))[0] == 200
        await third.leave()
        await window.leave()

    run()


def test_strangers_take_up_to_half_of_the_places(browser: Client, settings: Settings) -> None:
    settings.LIVE_WINDOWS_A_PROCESS = 4
    windows = [window_of(browser) for _ in range(2)]

    @async_to_sync
    async def run() -> None:
        strangers = [Socket() for _ in range(3)]
        assert all([await each.open() for each in strangers])
        assert await strangers.pop().close_code() == TRY_AGAIN
        socket = Socket(browser)
        assert await socket.open()
        assert (await socket.ask("list"))[0] == 200
        assert await windows[0].open()
        assert await windows[1].open()
        assert await windows[1].close_code() == TRY_AGAIN
        for each in (socket, windows[0], *strangers):
            await each.leave()

    run()


def test_who_asks_too_much_is_refused_and_then_closed(settings: Settings) -> None:
    settings.LIVE_CALLS_A_SECOND, settings.LIVE_CALLS_BURST = 0, 3

    @async_to_sync
    async def run() -> None:
        socket = Socket()
        await socket.open()
        for _ in range(3):
            assert await socket.ask("whoami") == (200, {"user": None})
        status, [sentence] = await socket.ask("list")
        assert (status, sentence[:17]) == (429, "That was too much")
        await socket.send("?")
        reply = await socket.message()
        assert (reply["response_status"], reply["request_id"]) == (429, None)
        for _ in range(4):
            await socket.send("{}")
        assert await socket.code_after_all() == TOO_MANY

    run()


def test_a_frame_that_is_too_big_closes(settings: Settings) -> None:
    @async_to_sync
    async def run() -> None:
        socket = Socket()
        await socket.open()
        await socket.send(json.dumps({"action": "list", "body_contains": "x" * settings.LIVE_FRAME_BYTES}))
        assert await socket.code_after_all() == TOO_BIG

    run()


def test_only_so_much_can_be_followed(settings: Settings) -> None:
    settings.LIVE_TOPICS_A_WINDOW = 2

    @async_to_sync
    async def run() -> None:
        socket = Socket()
        await socket.open()
        for tag in ("a", "b", "A"):
            assert (await socket.ask("subscribe_to_hashtag", hashtag=tag))[0] == 201
        assert await socket.ask("subscribe_to_hashtag", hashtag="c") == (400, ["At most 2 things can be followed."])
        await socket.ask("unsubscribe_from_hashtag", hashtag="a")
        assert (await socket.ask("subscribe_to_hashtag", hashtag="c"))[0] == 201
        await socket.leave()

    run()


def test_who_does_not_read_is_closed_instead_of_missing_something() -> None:
    sent: list[Any] = []
    reads = asyncio.Event()

    async def send(message: Any) -> None:
        await reads.wait()
        sent.append(message)

    @async_to_sync
    async def run() -> None:
        way = FeedOutgoing(send)
        way.begin()
        for number in range(outgoing.BACKLOG_FRAMES + 3):
            way.put(text_frame(str(number)))
        reads.set()
        async with asyncio.timeout(5):
            while len(sent) < 2:  # noqa: ASYNC110 - turns of the loop, not time
                await asyncio.sleep(0)

    run()
    assert [each.get("text", each.get("code")) for each in sent] == ["0", TRY_AGAIN]
