"""What one browser is sent: at once while it reads, kept for it when it does not, and nobody waits."""

import asyncio

from client.live import counters
from client.live.frames import RESET, Frame, Message, close_frame, text_frame
from client.live.outgoing import BACKLOG_BYTES, BACKLOG_FRAMES, Outgoing

SECONDS = 5.0


class Browser:
    """Takes what it is sent while it reads; like a server it makes a send wait else."""

    def __init__(self) -> None:
        self.got: list[Message] = []
        self.gone = False
        self.reads = asyncio.Event()
        self.reads.set()
        self.news = asyncio.Event()

    async def send(self, message: Message) -> None:
        await self.reads.wait()
        if self.gone:
            raise OSError("gone")
        self.got.append(message)
        self.news.set()

    @property
    def texts(self) -> list[str]:
        return [str(message.get("text", message.get("code"))) for message in self.got]

    async def until(self, count: int) -> None:
        """Wait until so many messages have come."""
        async with asyncio.timeout(SECONDS):
            while len(self.got) < count:
                self.news.clear()
                await self.news.wait()


def an_open_one() -> tuple[Browser, Outgoing]:
    browser = Browser()
    outgoing = Outgoing(browser.send)
    outgoing.begin()
    return browser, outgoing


def test_a_browser_that_reads_has_each_frame_at_once_and_no_task_is_made() -> None:
    async def run() -> None:
        browser, outgoing = an_open_one()
        for number in range(1000):
            outgoing.put(text_frame(str(number)))
        assert browser.texts == [str(number) for number in range(1000)]
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


def test_what_comes_before_the_beginning_is_sent_then() -> None:
    async def run() -> None:
        browser = Browser()
        outgoing = Outgoing(browser.send)
        outgoing.put(text_frame("one"))
        outgoing.put(text_frame("two"))
        assert browser.got == []
        outgoing.begin()
        assert browser.texts == ["one", "two"]

    asyncio.run(run())


def test_what_is_kept_comes_in_order_once_the_browser_reads_again() -> None:
    async def run() -> None:
        browser, outgoing = an_open_one()
        outgoing.put(text_frame("0"))
        browser.reads.clear()
        for number in range(1, 100):
            outgoing.put(text_frame(str(number)))
        assert browser.texts == ["0"]
        assert outgoing.waits
        browser.reads.set()
        await browser.until(100)
        assert browser.texts == [str(number) for number in range(100)]
        outgoing.put(text_frame("100"))
        assert browser.texts[-1] == "100"

    asyncio.run(run())


def too_much(frame: Frame, count: int) -> None:
    async def run() -> None:
        before = counters.windows_slow._value.get()
        browser, outgoing = an_open_one()
        browser.reads.clear()
        for _ in range(count):
            outgoing.put(frame)
        outgoing.put(text_frame("later"))
        assert counters.windows_slow._value.get() == before + 1
        assert outgoing._backlog is None
        browser.reads.set()
        await browser.until(2)
        outgoing.put(text_frame("again"))
        assert browser.texts == [frame.message["text"], RESET.message["text"], "again"]

    asyncio.run(run())


def test_more_frames_than_a_backlog_holds_are_dropped_and_the_browser_is_told_to_ask_again() -> None:
    too_much(text_frame("x"), 1 + BACKLOG_FRAMES + 1)


def test_more_bytes_than_a_backlog_holds_are_dropped_too() -> None:
    too_much(text_frame("x" * (BACKLOG_BYTES // 4)), 1 + 5)


def test_a_full_backlog_is_kept() -> None:
    async def run() -> None:
        browser, outgoing = an_open_one()
        browser.reads.clear()
        for _ in range(1 + BACKLOG_FRAMES):
            outgoing.put(text_frame("x"))
        browser.reads.set()
        await browser.until(1 + BACKLOG_FRAMES)
        assert set(browser.texts) == {"x"}

    asyncio.run(run())


def test_the_end_takes_the_place_of_what_is_kept() -> None:
    async def run() -> None:
        browser, outgoing = an_open_one()
        browser.reads.clear()
        for name in ("one", "two", "three"):
            outgoing.put(text_frame(name))
        outgoing.end(close_frame(4401))
        outgoing.put(text_frame("late"))
        browser.reads.set()
        await browser.until(2)
        await asyncio.sleep(0)
        assert browser.texts == ["one", "4401"]

    asyncio.run(run())


def test_a_browser_that_is_gone_ends_nothing_but_its_own() -> None:
    async def run() -> None:
        browser, outgoing = an_open_one()
        browser.gone = True
        outgoing.put(text_frame("one"))
        outgoing.put(text_frame("two"))
        assert browser.got == []

    asyncio.run(run())


def test_a_browser_that_goes_while_it_does_not_read_leaves_nothing_behind() -> None:
    async def run() -> None:
        browser, outgoing = an_open_one()
        browser.reads.clear()
        outgoing.put(text_frame("one"))
        outgoing.put(text_frame("two"))
        outgoing.stop()
        await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()}, timeout=SECONDS)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        browser.reads.set()
        assert browser.got == []

    asyncio.run(run())
