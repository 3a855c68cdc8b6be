"""All windows of a process: what comes for a topic is taken once from the channel layer, and handed to its windows."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from channels.layers import get_channel_layer
from django.conf import settings

from client.live import counters, judging, pages, revoke
from client.live.batching import Batches
from client.live.frames import SIGNED_OUT, TRY_AGAIN, Frame, text_frame
from client.live.handing import Handed, hand_over
from client.live.judging import Claim, Judgement
from client.live.known import KnownUsers
from client.live.layer import GROUP
from client.live.outage import OUTAGES
from client.live.pongs import KnownNumbers
from client.live.serializing import TEXT, group_of
from client.live.threads import judging as in_thread

if TYPE_CHECKING:
    from client.live.window import Window

logger = logging.getLogger(__name__)

CHECK_SECONDS: Final = 60.0  # for what nobody was told of, such as a change by SQL
SUBSCRIBE_SECONDS: Final = 5.0
PAUSE: Final = 0.01  # seconds
TOGETHER: Final = 16  # calls in one task, so that other tasks wait for some tens of milliseconds only
TURN: Final = 256  # windows that get a frame before the loop sees to something else


class Topic:
    """A topic and its windows in this process."""

    __slots__ = ("group", "name", "windows")

    def __init__(self, name: str, group: str) -> None:
        self.name, self.group = name, group
        self.windows: list[Window] = []  # mostly of one, and thousands of them: a set takes three times as much


class Hub:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.layer = get_channel_layer()
        self.judgements: Batches[Claim, Judgement] = Batches(judging.judge)
        self.topics_of: Batches[str, tuple[str, ...]] = Batches(_topics_of)
        self.calls: Batches[Handed, Any] = Batches(hand_over, most=TOGETHER)
        self.numbers = KnownNumbers(self._numbered)
        self.topics: dict[str, Topic] = {}  # by group of the channel layer
        self.windows: set[Window] = set()
        self.strangers = 0  # sockets of nobody, which take places and are never judged
        self.groups: defaultdict[str, list[Window]] = defaultdict(list)  # by user and by session
        self.users = KnownUsers()
        self.revocations = 0  # that came so far
        self._subscribed: set[str] = set()
        self._abandoned: set[str] = set()
        self._subscribing = asyncio.Lock()
        self._channel = ""
        self._tasks: list[asyncio.Task[None]] = []
        self._releasing: asyncio.Task[None] | None = None
        self._to_judge: set[Window] = set()
        self._judging: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen, unless it does already; raise when Redis does not answer."""
        async with self._subscribing:
            if self._channel:
                return
            channel = await self.layer.new_channel()
            await self.layer.group_add(revoke.CONTROL, channel)
            self._channel = channel
            self._tasks = [self.loop.create_task(each) for each in (self._receive(), self._check())]

    def stop(self) -> None:
        """Listen no more; windows are closed by the server."""
        for task in (*self._tasks, self._releasing, self._judging):
            if task is not None:
                task.cancel()

    async def join(self, window: "Window", names: Sequence[str]) -> None:
        """Let a window hear topics; when this returns nothing that is sent from now on is missed."""
        self.windows.add(window)
        window.topics = tuple(self._topic(name) for name in names)
        for topic in window.topics:
            topic.windows.append(window)
        for topic in window.topics:
            if topic.group not in self._subscribed:
                await self._subscribe(topic.group)

    def name(self, window: "Window", group: str) -> None:
        """Let a window be found as one of a user or of a session."""
        self.groups[group].append(window)
        window.groups = (*window.groups, group)

    def leave(self, window: "Window") -> None:
        """Forget a window."""
        self.windows.discard(window)
        self._to_judge.discard(window)
        for group in window.groups:
            self.groups[group].remove(window)
            if not self.groups[group]:
                del self.groups[group]
        for topic in window.topics:
            topic.windows.remove(window)
            if not topic.windows:
                self._abandoned.add(topic.group)
        window.groups = window.topics = ()
        if self._abandoned and self._releasing is None:
            self._releasing = self.loop.create_task(self._release())

    def judge_soon(self, windows: Iterable["Window"]) -> None:
        """Judge windows again; those that may not be open any more are closed."""
        self._to_judge.update(windows)
        if self._to_judge and self._judging is None:
            self._judging = self.loop.create_task(self._judge_all())

    def will_judge(self, window: "Window") -> bool:
        """Say whether a window is still to be judged."""
        return window in self._to_judge

    @property
    def is_full(self) -> bool:
        """Whether the process holds as many sockets as it may."""
        return len(self.windows) + self.strangers >= settings.LIVE_WINDOWS_A_PROCESS

    def _topic(self, name: str) -> Topic:
        group = group_of(name)
        if (topic := self.topics.get(group)) is None:
            topic = self.topics[group] = Topic(name, group)
        return topic

    def _numbered(self) -> list[str]:
        return [topic.name.removeprefix(TEXT) for topic in self.topics.values() if topic.name.startswith(TEXT)]

    async def _subscribe(self, group: str) -> None:
        async with self._subscribing:
            if group not in self._subscribed:
                async with asyncio.timeout(SUBSCRIBE_SECONDS):  # others wait for this one
                    await self.layer.group_add(group, self._channel)
                self._subscribed.add(group)

    async def _release(self) -> None:
        """End the subscriptions of topics without windows; one that has a window again meanwhile stays."""
        try:
            while self._abandoned:
                group = self._abandoned.pop()
                async with self._subscribing:
                    topic = self.topics.get(group)
                    if topic is None or topic.windows:
                        continue
                    del self.topics[group]
                    self._subscribed.discard(group)
                    with suppress(*OUTAGES):  # a subscription that stays brings what is handed to nobody
                        await self.layer.group_discard(group, self._channel)
        finally:
            self._releasing = None

    async def _receive(self) -> None:
        while True:
            try:
                await self._take(await self.layer.receive(self._channel))
            except Exception:
                logger.exception("message not handed out")
                await asyncio.sleep(PAUSE)  # what fails at once, and for ever, must not take all the time

    async def _take(self, message: Mapping[str, Any]) -> None:
        match message["type"]:
            case "ws_message":  # as df_websockets sends it
                if topic := self.topics.get(message[GROUP]):
                    await self._hand_out(topic.windows, text_frame(message["message"]))
            case revoke.CLOSE:
                self._forget_users()
                for window in self._named(message["groups"]):
                    window.revoke(message.get("code", SIGNED_OUT))  # none: of an older process
            case revoke.JUDGE:
                self._forget_users()
                windows = self.windows if message["groups"] is None else self._named(message["groups"])
                for window in windows:
                    window.outgoing.halt()  # what follows is for those only who may hear it then
                self.judge_soon(windows)
            case unknown:
                logger.warning("message of an unknown type", extra={"type": unknown})

    async def _hand_out(self, windows: Collection["Window"], frame: Frame) -> None:
        """Give every window the same frame; none is waited for."""
        counters.pushes_delivered.inc(len(windows))
        for index, window in enumerate(tuple(windows), start=1):
            window.outgoing.put(frame)
            if index % TURN == 0:
                await asyncio.sleep(0)

    def _forget_users(self) -> None:
        self.revocations += 1
        self.users.forget()

    def _named(self, groups: Collection[str]) -> set["Window"]:
        return {window for group in groups for window in self.groups.get(group, ())}

    async def _check(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            self.judge_soon(self.windows)

    async def _judge_all(self) -> None:
        """Judge until nobody is left to be judged, all that are known by one query."""
        try:
            while windows := list(self._to_judge):
                self._to_judge.clear()
                await self._judge(windows)
        finally:
            self._judging = None

    async def _judge(self, windows: Sequence["Window"]) -> None:
        try:
            judgements = await judging.judge([window.claim for window in windows])
        except Exception as error:
            log = logger.warning if isinstance(error, OUTAGES) else logger.exception
            log("windows not judged", extra={"windows": len(windows), "error.message": str(error)})
            for window in windows:
                if window.outgoing.is_halted:  # by a change; the others were only looked at once more
                    window.close(TRY_AGAIN)
            return
        for window, judgement in zip(windows, judgements, strict=True):
            if judgement.code is None:
                window.stay()
            else:
                window.revoke(judgement.code)


async def _topics_of(window_keys: Sequence[str]) -> list[tuple[str, ...]]:
    return await in_thread.run(lambda: pages.topics_of(window_keys))


_hub: Hub | None = None


def hub() -> Hub:
    """Return the hub of the running event loop; a process that serves has one loop."""
    global _hub
    if _hub is None or _hub.loop is not asyncio.get_running_loop():
        _hub = Hub()
    return _hub
