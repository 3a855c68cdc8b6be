"""A window whose browser does not read has a bounded backlog, and is then let go: it never holds up the others.

The consumers of a process share one thread, so a `send` that waited for one browser would wait for all windows.
"""

import asyncio
import logging
from collections import deque
from contextlib import suppress

from client.live import counters
from client.live.outage import TRY_AGAIN, Application, Receive, Scope, Send

logger = logging.getLogger(__name__)

BACKLOG_CHARACTERS = 1_000_000  # beside what the server and the system hold; the newest state is far smaller
LAST_SECONDS = 2.0  # for what is still unsent when a window ends, such as the code of its close


class Backlog:
    """What one window was sent and has not taken yet."""

    def __init__(self, send: Send) -> None:
        self.too_long = asyncio.Event()
        self._send = send
        self._messages: deque[Scope] = deque()
        self._characters = 0
        self._news = asyncio.Event()
        self._ending = False

    async def put(self, message: Scope) -> None:
        """Take a message, and wait for nobody; what comes after the backlog was too long is left out."""
        if self.too_long.is_set():
            return
        self._characters += _length(message)
        self._messages.append(message)
        self._news.set()
        if self._characters > BACKLOG_CHARACTERS:
            self._messages.clear()
            self.too_long.set()
            counters.windows_slow.inc()
            logger.info("window too slow")

    async def write(self) -> None:
        """Send what is put, until the end."""
        while self._messages or not self._ending:
            if not self._messages:
                self._news.clear()
                await self._news.wait()
                continue
            message = self._messages.popleft()
            await self._send(message)
            self._characters -= _length(message)

    def end(self) -> None:
        """Let `write` return as soon as all is sent."""
        self._ending = True
        self._news.set()


def with_backlog(application: Application) -> Application:
    """Wrap an ASGI application for sockets: its sends wait for no browser, and a browser that is too slow is gone."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        backlog = Backlog(send)
        writing = asyncio.ensure_future(backlog.write())

        async def receive_or_give_up() -> Scope:
            return await _either(receive, backlog.too_long)

        try:
            await application(scope, receive_or_give_up, backlog.put)
            backlog.end()
            if not backlog.too_long.is_set():
                await asyncio.wait({writing}, timeout=LAST_SECONDS)
        finally:
            writing.cancel()
            with suppress(Exception, asyncio.CancelledError):  # the browser may be gone
                await writing

    return wrapped


async def _either(receive: Receive, too_long: asyncio.Event) -> Scope:
    """Return what the browser says next; that it is gone, if its backlog is too long first."""
    says, gives_up = asyncio.ensure_future(receive()), asyncio.ensure_future(too_long.wait())
    try:
        await asyncio.wait({says, gives_up}, return_when=asyncio.FIRST_COMPLETED)
        return says.result() if says.done() else {"type": "websocket.disconnect", "code": TRY_AGAIN}
    finally:
        says.cancel()
        gives_up.cancel()


def _length(message: Scope) -> int:
    return len(message.get("text") or message.get("bytes") or "")
