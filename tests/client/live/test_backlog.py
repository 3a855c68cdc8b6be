"""A browser that does not read holds up nobody, and is given up when too much is waiting for it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from client.live import backlog
from client.live.backlog import with_backlog
from client.live.outage import TRY_AGAIN, Receive, Scope, Send

Story = Callable[[Receive, Send], Awaitable[None]]
SECONDS = 5.0


class Browser:
    """Takes what it is sent, as far as it reads; says nothing by itself."""

    def __init__(self, *, reads: bool = True) -> None:
        self.got: list[str] = []
        self.reads = asyncio.Event()
        self.taken: asyncio.Queue[str] = asyncio.Queue()
        self.says: asyncio.Queue[Scope] = asyncio.Queue()
        if reads:
            self.reads.set()

    async def take(self, message: Scope) -> None:
        await self.reads.wait()
        self.got.append(str(message.get("text", message["type"])))
        self.taken.put_nowait(self.got[-1])

    async def run(self, story: Story) -> None:
        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            await story(receive, send)

        await asyncio.wait_for(with_backlog(application)({}, self.says.get, self.take), SECONDS)


def text(words: str) -> Scope:
    return {"type": "websocket.send", "text": words}


def test_all_arrives_in_order_and_the_close_as_well() -> None:
    async def run() -> None:
        browser = Browser()

        async def story(receive: Receive, send: Send) -> None:
            for number in range(100):
                await send(text(str(number)))
            await send({"type": "websocket.close", "code": 4401})

        await browser.run(story)
        assert browser.got == [*map(str, range(100)), "websocket.close"]

    asyncio.run(run())


def test_a_send_does_not_wait_for_a_browser_that_reads_later() -> None:
    async def run() -> None:
        browser = Browser(reads=False)

        async def story(receive: Receive, send: Send) -> None:
            await send(text("one"))
            await send(text("two"))
            assert browser.got == []
            browser.reads.set()

        await browser.run(story)
        assert browser.got == ["one", "two"]

    asyncio.run(run())


def test_too_long_a_backlog_ends_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "BACKLOG_CHARACTERS", 1_000)
    heard: list[Scope] = []

    async def run() -> None:
        browser = Browser(reads=False)

        async def story(receive: Receive, send: Send) -> None:
            for _ in range(3):
                await send(text("x" * 400))
            heard.append(await receive())

        await browser.run(story)
        assert browser.got == []

    before = backlog.counters.windows_slow._value.get()
    asyncio.run(run())
    assert heard == [{"type": "websocket.disconnect", "code": TRY_AGAIN}]
    assert backlog.counters.windows_slow._value.get() == before + 1


def test_what_was_read_counts_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "BACKLOG_CHARACTERS", 1_000)

    async def run() -> None:
        browser = Browser()

        async def story(receive: Receive, send: Send) -> None:
            for _ in range(10):
                await send(text("x" * 900))
                await browser.taken.get()
            browser.says.put_nowait({"type": "websocket.receive", "text": "hello"})
            assert (await receive())["text"] == "hello"

        await browser.run(story)
        assert len(browser.got) == 10

    asyncio.run(run())


def test_a_browser_that_is_gone_ends_nothing_but_its_window() -> None:
    async def run() -> None:
        browser = Browser()

        async def gone(message: Scope) -> None:
            raise OSError("gone")

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            await send(text("one"))
            await asyncio.sleep(0)
            await send(text("two"))

        await asyncio.wait_for(with_backlog(application)({}, browser.says.get, gone), SECONDS)

    asyncio.run(run())
