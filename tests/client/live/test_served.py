"""Windows on the real server: one that does not read, and the end of the server."""

import asyncio
import json
from typing import Any

import psutil
import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.test import Client
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from client.live import counters
from client.live.hub import hub
from client.live.listeners import group
from client.live.topics import DIRECTORY
from tests.client.live.serving import SECONDS, Served, served
from tests.client.live.windows import in_thread
from tests.client.people import a_replica

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]

PUSHES = 10_000
PADDING = "x" * 5_000
FLAT = 12 * 1024 * 1024  # bytes: a backlog, buffers, and room for chance; all pushes are fifty million


def signed_in(name: str) -> Client:
    """Return a browser in which somebody is signed in."""
    browser = Client()
    browser.force_login(a_replica(name), backend="django.contrib.auth.backends.ModelBackend")
    return browser


async def push(number: int, padding: str = "") -> None:
    """Send a push as df_websockets does, on this event loop."""
    frame = {"signal": "test.told", "opts": {"number": number, "padding": padding}, "signal_id": "x"}
    await get_channel_layer().group_send(group(DIRECTORY), {"type": "ws_message", "message": json.dumps(frame)})


async def next_of(window: ClientConnection) -> tuple[str, dict[str, Any]]:
    """Return the next signal that a window hears, and its arguments."""
    async with asyncio.timeout(SECONDS):
        message = json.loads(await window.recv())
    return message["signal"], message["opts"]


def test_a_window_that_does_not_read_costs_little_holds_up_nobody_and_recovers() -> None:
    slow_one, other = Served(signed_in("ada"), "/directory/"), Served(signed_in("eve"), "/directory/")

    @async_to_sync
    async def run() -> None:
        async with served() as (_, port):
            slow, reads = await slow_one.open(port, buffer=4096), await other.open(port)
            before = counters.windows_slow._value.get()
            held = await push_many(reads)
            assert held < FLAT, held
            assert counters.windows_slow._value.get() == before + 1
            heard = [opts.get("number", signal) for signal, opts in [await next_of(slow) for _ in range(10)]]
            assert heard == list(range(10))  # what was on its way when it stopped to read
            while (await next_of(slow))[0] != "live.reset":
                pass
            await push(PUSHES)
            assert (await next_of(slow))[1]["number"] == PUSHES
            await slow.close()
            await reads.close()

    run()


async def push_many(reads: ClientConnection) -> int:
    """Push very often while one window reads; return by how much the process has grown at the most."""
    process = psutil.Process()
    before, most = process.memory_info().rss, 0
    for number in range(PUSHES):
        await push(number, PADDING)
        signal, opts = await next_of(reads)
        assert (signal, opts["number"]) == ("test.told", number)
        most = max(most, process.memory_info().rss - before)
    return most


def test_a_server_that_ends_tells_windows_to_come_back() -> None:
    pages = [Served(signed_in(name)) for name in ("ada", "eve")]

    @async_to_sync
    async def run() -> list[int | None]:
        async with served() as (server, port):
            windows = [await page.open(port) for page in pages]
            server.should_exit = True
            return [await code_of(window) for window in windows]

    assert run() == [1012, 1012]


async def code_of(window: ClientConnection) -> int | None:
    """Return the code with which the server closes a window."""
    with pytest.raises(ConnectionClosed):
        async with asyncio.timeout(SECONDS):
            await window.recv()
    return window.close_code


def test_a_window_that_does_not_read_is_let_go_when_its_user_is_signed_out() -> None:
    browser = signed_in("ada")
    page = Served(browser, "/directory/")

    @async_to_sync
    async def run() -> None:
        async with served() as (_, port):
            slow = await page.open(port, buffer=4096)
            (window,) = hub().windows
            while not window.outgoing.waits:
                await push(0, PADDING)
            await in_thread(browser.post, "/accounts/logout/")
            async with asyncio.timeout(SECONDS):
                assert window._task
                await asyncio.wait({window._task})
            assert not hub().windows
            await slow.close()

    run()
