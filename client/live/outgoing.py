"""The way out to one browser: handed over at once, kept for it when it reads slowly, and nobody ever waits.

An ASGI server's `send` returns at once while the browser reads, and waits when the system's buffers are full. A task
for each send would cost as much as the send; so `send` is begun here as a plain call, and gets a task only if it waits.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Generator
from typing import Any, ClassVar, Final

from client.live import counters
from client.live.frames import RESET, Frame, Message

logger = logging.getLogger(__name__)

BACKLOG_FRAMES: Final = 256
BACKLOG_BYTES: Final = 1024 * 1024

Send = Callable[[Message], Awaitable[None]]


class Outgoing:
    """What one browser is sent. It begins halted: `begin` lets out what has come until then."""

    __slots__ = ("_backlog", "_bytes", "_dropped", "_ended", "_halted", "_send", "_writing")

    dropped: ClassVar[Frame] = RESET  # sent in place of what was dropped

    def __init__(self, send: Send) -> None:
        self._send = send
        self._halted = True
        self._writing: asyncio.Task[None] | None = None
        self._backlog: deque[Frame] | None = None
        self._bytes = 0
        self._dropped = False  # what was kept, and all that came since
        self._ended = False

    @property
    def waits(self) -> bool:
        """Whether the browser has yet to read what was sent."""
        return self._writing is not None

    @property
    def is_halted(self) -> bool:
        """Whether what comes is kept, however fast the browser reads."""
        return self._halted

    def begin(self) -> None:
        """Send what was kept so far, and from now on at once."""
        self._halted = False
        self._go_on()

    def halt(self) -> None:
        """Keep what comes, until `begin`."""
        self._halted = True

    def put(self, frame: Frame) -> None:
        """Send a frame, or keep it until the browser reads; drop all that is kept when it is too much."""
        if self._ended or self._dropped:
            return
        if self._writing is None and not self._halted:
            self._begin_to_send(frame)
            return
        if self._backlog is None:
            self._backlog = deque()
        self._backlog.append(frame)
        self._bytes += frame.size
        if self._bytes > BACKLOG_BYTES or len(self._backlog) > BACKLOG_FRAMES:
            self._forget()
            self._dropped = True
            counters.windows_slow.inc()
            logger.info("window too slow")

    def end(self, last: Frame | None = None) -> None:
        """Send one more frame, in place of all that is kept, and nothing after it."""
        if self._ended:
            return
        self._forget()
        self._dropped, self._halted = False, False
        if last is not None:
            self.put(last)
        self._ended = True

    def stop(self) -> None:
        """Send nothing more, not even what has begun: the socket is gone."""
        self._ended = True
        self._forget()
        if self._writing is not None:
            self._writing.cancel()

    def _begin_to_send(self, frame: Frame) -> None:
        sending = self._send(frame.message).__await__()
        try:
            awaited = next(sending)
        except StopIteration:
            return
        except Exception:  # the browser is gone, and `receive` says so
            self._ended = True
            return
        self._writing = asyncio.get_running_loop().create_task(self._write(_Begun(sending, awaited)))

    async def _write(self, begun: "_Begun") -> None:
        try:
            await begun
        except Exception:  # as above
            self._ended = True
            self._forget()
        finally:
            self._writing = None
        self._go_on()

    def _go_on(self) -> None:
        """Send what is kept until the browser does not read again."""
        while self._writing is None and not self._halted and (frame := self._next()) is not None:
            self._begin_to_send(frame)

    def _next(self) -> Frame | None:
        if self._dropped:
            self._dropped = False
            return self.dropped
        if not self._backlog:
            self._backlog = None
            return None
        frame = self._backlog.popleft()
        self._bytes -= frame.size
        return frame

    def _forget(self) -> None:
        self._backlog, self._bytes = None, 0


class _Begun:
    """The rest of a call that was begun outside of a task and waits for something."""

    __slots__ = ("_awaited", "_rest")

    def __init__(self, rest: Generator[Any, Any, None], awaited: Any) -> None:
        self._rest = rest
        self._awaited = awaited

    def __await__(self) -> Generator[Any, Any, None]:
        try:
            yield self._awaited
        except BaseException:
            self._rest.close()
            raise
        yield from self._rest
