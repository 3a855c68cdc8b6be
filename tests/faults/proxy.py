"""A TCP proxy that stands before a server and can behave as badly as a network does."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from stack.ports import LOOPBACK

Mode = Literal["pass", "refuse", "hang"]
CHUNK = 65_536


class Proxy:
    """Takes connections on `port` and carries them to a server on this machine.

    `refuse` ends what is open and lets nobody in, as a server that is gone. `hang` accepts and carries nothing, in
    neither direction; what was held back goes on when the mode is `pass` again, as after a cut in a network.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.accepted = 0  # connections so far
        # Bound and never listening: it keeps the port for us while connections are to be refused.
        self._claim = _bound(0)
        self.port: int = self._claim.getsockname()[1]
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._passing = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy {self.port}", daemon=True)
        self._thread.start()
        self.set("pass")

    def set(self, mode: Mode) -> None:
        """Behave so from now on."""
        asyncio.run_coroutine_threadsafe(self._set(mode), self._loop).result(10)

    def cut(self) -> None:
        """End all connections; new ones are as the mode says."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(10)

    @contextmanager
    def behaving(self, mode: Mode) -> Iterator[None]:
        """Behave so in the block."""
        self.set(mode)
        try:
            yield
        finally:
            self.set("pass")

    def close(self) -> None:
        """End everything."""
        self.set("refuse")
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._claim.close()

    async def _set(self, mode: Mode) -> None:
        if mode == "pass":
            self._passing.set()
        else:
            self._passing.clear()
        if mode == "refuse":
            await self._stop_listening()
            await self._cut()
        elif self._server is None:
            self._server = await asyncio.start_server(self._accept, sock=_bound(self.port))

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _cut(self) -> None:
        for writer in tuple(self._open):
            writer.transport.abort()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open.add(writer)
        try:
            await self._carry(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            self._open.discard(writer)
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._passing.wait()
        there, back = await asyncio.open_connection(LOOPBACK, self.target)
        self._open.add(back)
        pumps = [asyncio.ensure_future(self._pump(reader, back)), asyncio.ensure_future(self._pump(there, writer))]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            self._open.discard(back)
            back.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(CHUNK):
                await self._passing.wait()
                writer.write(chunk)
                await writer.drain()


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((LOOPBACK, port))
    return bound
