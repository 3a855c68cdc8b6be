"""One tab's socket: an ASGI application that speaks df_websockets' wire format."""

import asyncio
import logging
import re
import time
from typing import Final

from df_websockets.consumers import HEARTBEAT_MESSAGE
from django.conf import settings

from client.live import counters
from client.live.admission import Handshake, admit
from client.live.calls import Call, CallRefusedError, read_call
from client.live.frames import TOO_BIG, TOO_MANY, TRY_AGAIN, close_frame, signal_frame
from client.live.handing import CALL_SECONDS, Caller, Handed, check_callable
from client.live.hub import Hub, Topic, hub
from client.live.judging import Claim
from client.live.origins import is_from_here
from client.live.outage import OUTAGES, Application, Receive, Scope, Send
from client.live.outgoing import Outgoing
from client.live.permissions import refused
from client.live.rates import Allowance, Verdict
from client.live.revoke import uid_in
from client.live.serializing import TEXT

logger = logging.getLogger(__name__)

BEAT: Final = re.compile(rf"{re.escape(HEARTBEAT_MESSAGE)}(?: (\d{{1,3}}))?")  # with the gaps since the last one
LAST_SECONDS: Final = 2.0  # for a browser that does not read to be told why it is closed


class Window:
    """One socket that is open, or being opened."""

    __slots__ = ("_allowance", "_task", "caller", "claim", "groups", "hub", "is_open", "outgoing", "refusal", "topics")

    claim: Claim
    caller: Caller

    def __init__(self, hub: Hub, send: Send) -> None:
        self.hub = hub
        self.outgoing = Outgoing(send)
        self.topics: tuple[Topic, ...] = ()
        self.groups: tuple[str, ...] = ()  # of its user and session, by which it is found
        self.is_open = False
        self.refusal: int | None = None  # the code to close with, once it is accepted
        self._task = asyncio.current_task()
        self._allowance: Allowance | None = None  # many windows only listen

    def begin(self) -> None:
        """Let out what has come, and take calls."""
        self.is_open = True
        counters.windows_opened.inc()
        counters.windows.inc()
        self.stay()

    def end(self) -> None:
        """Forget all: the socket is gone."""
        self.hub.leave(self)
        self.outgoing.stop()
        if self.is_open:
            self.is_open = False
            counters.windows.dec()

    def stay(self) -> None:
        """Let out what was kept while it was judged, unless it was halted again meanwhile."""
        if self.is_open and not self.hub.will_judge(self):
            self.outgoing.begin()

    def revoke(self, code: int) -> None:
        """Close, for the user may not listen any more."""
        if self.is_open:
            counters.windows_revoked.inc()
        self.close(code)

    def close(self, code: int) -> None:
        """Pass nothing on from here, and close; a window that is only being opened is refused in the end."""
        self.refusal = self.refusal or code
        if not self.is_open:
            return
        self.is_open = False
        counters.windows.dec()
        counters.windows_closed.labels(code=code).inc()
        self.hub.leave(self)
        self.outgoing.end(close_frame(code))
        if self.outgoing.waits and self._task is not None:
            self.hub.loop.call_later(LAST_SECONDS, self._task.cancel)

    def is_for(self, handshake: Handshake) -> bool:
        """Say whether a handshake is for the address of such sockets."""
        return handshake.is_for_windows

    async def admit(self, handshake: Handshake) -> int | None:
        """Let it in, kept halted; return the code to close with when it may not."""
        return await admit(self, handshake)

    def take_one(self) -> Verdict:
        """Judge whether the browser may say one thing more."""
        now = self.hub.loop.time()
        if self._allowance is None:
            self._allowance = Allowance(rate=settings.LIVE_CALLS_A_SECOND, burst=settings.LIVE_CALLS_BURST, now=now)
        return self._allowance.take(now)

    async def hear(self, text: str | None) -> None:
        """Answer a sign of life, or hand a call over; answer why not."""
        verdict = self.take_one()
        if verdict is not Verdict.TAKE:
            self.refuse("", "too_many")
            if verdict is Verdict.CLOSE:
                self.close(TOO_MANY)
        elif text is not None and (beat := BEAT.fullmatch(text)):
            counters.gaps.inc(int(beat[1] or 0))
            await self.pong()
        else:
            await self.call(text)

    async def call(self, text: str | None) -> None:
        """Hand a call to a worker."""
        call: Call | None = None
        try:
            call = read_call(text)
            check_callable(call.signal)
            await self.hand_over(call)
        except CallRefusedError as reason:
            self.refuse(call.signal[:100] if call else "", str(reason))

    async def hand_over(self, call: Call) -> None:
        """Make a Celery task of a call; without a broker let the browser connect, and ask, again."""
        hub, pk = self.hub, self.caller.user_pk
        known, revocations = hub.users.get(pk, hub.loop.time()), hub.revocations
        try:
            until = time.time() + CALL_SECONDS
            outcome = await hub.calls.ask(Handed(caller=self.caller, call=call, until=until, known=known))
            if isinstance(outcome, Exception):
                raise outcome
        except CallRefusedError:
            raise
        except Exception:
            logger.exception("call not handed over", extra={"signal": call.signal})
            self.close(TRY_AGAIN)
            return
        if outcome is not known and revocations == hub.revocations:
            hub.users.put(pk, outcome, hub.loop.time())

    def refuse(self, signal: str, reason: str) -> None:
        """Answer, count and log that a call is not carried out."""
        refused(signal, reason, uid_in(self.groups))
        self.outgoing.put(signal_frame("live.refused", {"signal": signal, "reason": reason}))
        if reason == "oversize":
            self.close(TOO_BIG)
        elif reason == "not_allowed":
            self.hub.judge_soon([self])  # perhaps he was more when the page was loaded

    async def pong(self) -> None:
        """Answer a sign of life by the numbers of the window's topics."""
        names = [topic.name.removeprefix(TEXT) for topic in self.topics if topic.name.startswith(TEXT)]
        numbers = await self.hub.numbers.of(names)
        self.outgoing.put(signal_frame("live.pong", {"n": numbers}))


def with_windows(other: Application, kind: type[Window] = Window) -> Application:
    """Wrap an ASGI application: sockets are windows, or of a kind that is made of them.

    A window's coroutines stay for hours and each takes half a kilobyte: so this is one, and calls few.
    """

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await other(scope, receive, send)
            return
        window = kind(hub(), send)
        try:
            await receive()  # that somebody connects
            await open_window(window, scope, send)
            while (message := await receive())["type"] == "websocket.receive":
                if window.is_open:
                    await window.hear(message.get("text"))
        except asyncio.CancelledError:
            if window.refusal is None:
                raise
        finally:
            window.end()

    return application


async def open_window(window: Window, scope: Scope, send: Send) -> None:
    """Let a window in, or not: to a browser a refusal before the accept is a 1006 without a reason."""
    handshake = Handshake.read(scope)
    scope["headers"] = []  # the server keeps the scope as long as the socket is open, and nobody reads it again
    if not window.is_for(handshake) or not is_from_here(handshake.headers, scheme=handshake.scheme):
        counters.windows_refused.labels(code="403").inc()
        await send({"type": "websocket.close"})
        return
    try:
        code = await window.admit(handshake)
    except OUTAGES as error:
        logger.warning("window lost", extra={"error.type": type(error).__name__, "error.message": str(error)})
        code = TRY_AGAIN
    await send({"type": "websocket.accept"})
    code = code or window.refusal
    if code is None:
        window.begin()
        return
    window.refusal = code
    counters.windows_refused.labels(code=code).inc()
    logger.info("window refused", extra={"code": str(code)})
    window.outgoing.end(close_frame(code))
