"""Thousands of windows in one process: sockets that speak just enough of RFC 6455, and cost little."""

import asyncio
import base64
import os
import struct
import time
from collections.abc import Callable, Iterable
from typing import Self, cast

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
AT_ONCE = 50  # that connect at the same time
SHORT, MIDDLE = 126, 127  # lengths that say that the length follows

Heard = Callable[["Socket", bytes], None]


class Socket(asyncio.Protocol):
    """A client's end of one websocket; `heard` is called with each text."""

    def __init__(self, host: str, path: str, headers: Iterable[str], heard: Heard) -> None:
        self._heard = heard
        self._buffer = bytearray()
        self._is_open = False
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *headers, "", ""]
        self._request = "\r\n".join(lines).encode()
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[int] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._is_open and not self._read_answer():
            return
        while (frame := self._next_frame()) is not None:
            self._take(*frame)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("refused"))
        if not self.closed.done():
            self.closed.set_result(1006)

    def send(self, text: str) -> None:
        """Send a text of less than 64 KiB; the mask is of zeros, which RFC 6455 forbids nobody to draw by chance."""
        data = text.encode()
        length = struct.pack("!B", 0x80 | len(data)) if len(data) < SHORT else struct.pack("!BH", 0x80 | 126, len(data))
        self._transport.write(bytes([0x80 | TEXT]) + length + bytes(4) + data)

    def close(self) -> None:
        """Go away."""
        self._transport.abort()

    def _read_answer(self) -> bool:
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            self._transport.abort()
            return False
        self._buffer = rest
        self._is_open = True
        self.opened.set_result(None)
        return True

    def _next_frame(self) -> tuple[int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1], 2
        if length == SHORT and len(buffer) >= 4:
            (length,), start = struct.unpack_from("!H", buffer, 2), 4
        elif length == MIDDLE and len(buffer) >= 10:
            (length,), start = struct.unpack_from("!Q", buffer, 2), 10
        elif length in (SHORT, MIDDLE):
            return None
        if len(buffer) < start + length:
            return None
        frame = buffer[0] & 0x0F, bytes(buffer[start : start + length])
        del buffer[: start + length]
        return frame

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self._heard(self, payload)
        elif opcode == PING:
            self._transport.write(bytes([0x80 | PONG, 0x80 | len(payload)]) + bytes(4) + payload)
        elif opcode == CLOSE:
            if not self.closed.done():
                self.closed.set_result(struct.unpack_from("!H", payload)[0] if payload else 1005)
            self._transport.close()

    @classmethod
    async def open(cls, port: int, path: str, headers: Iterable[str], heard: Heard) -> Self:
        """Connect, and wait until the server has accepted."""
        host = f"127.0.0.1:{port}"
        loop = asyncio.get_running_loop()
        _, socket = await loop.create_connection(lambda: cls(host, path, headers, heard), "127.0.0.1", port)
        await socket.opened
        return socket


async def open_many(port: int, asked: Iterable[tuple[str, list[str]]], heard: Heard) -> list[Socket]:
    """Open a socket for each path and headers, some at a time."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(path: str, headers: list[str]) -> Socket:
        async with slots:
            return await Socket.open(port, path, headers, heard)

    return await asyncio.gather(*(one(path, headers) for path, headers in asked))


def now() -> float:
    """Return the seconds of a clock that all processes of a machine share."""
    return time.monotonic()
