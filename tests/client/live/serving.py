"""Windows over real sockets: the client's application on uvicorn, in the event loop of the test."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import uvicorn
from django.conf import settings
from django.test import Client
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from client.asgi import application
from stack.processes import CLIENT_PROCESSES
from tests.client.live.windows import address_of, session_of

SECONDS = 10.0


def options() -> dict[str, str]:
    """Return the options with which the product starts uvicorn."""
    (web,) = (each for each in CLIENT_PROCESSES if each.name == "client-web")
    words = web.argv[2:]
    return {word: value for word, value in pairwise(words) if word.startswith("--")}


@asynccontextmanager
async def served() -> AsyncIterator[tuple[uvicorn.Server, int]]:
    """Serve on a free port meanwhile, as the product does; give the server and the port."""
    given, threshold = options(), gc.get_threshold()
    config = uvicorn.Config(
        application,
        ws="websockets-sansio" if given["--ws"] == "websockets-sansio" else "none",
        ws_per_message_deflate=given["--ws-per-message-deflate"] == "true",
        ws_max_size=int(given["--ws-max-size"]),
        timeout_graceful_shutdown=int(given["--timeout-graceful-shutdown"]),
        ws_ping_interval=None,  # or it would close a window that does not answer for 40 s, as a busy test may not
        log_config=None,
        access_log=False,
    )
    server = uvicorn.Server(config)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    serving = asyncio.create_task(server._serve([listening]))
    try:
        async with asyncio.timeout(SECONDS):
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
        yield server, listening.getsockname()[1]
    finally:
        server.should_exit = True
        await serving
        listening.close()
        gc.unfreeze()  # what the server spared, in this process, which goes on
        gc.set_threshold(*threshold)


class Served:
    """What a browser needs to open the socket of a page; the page is loaded at once."""

    def __init__(self, browser: Client, path: str = "/") -> None:
        self._address = address_of(browser.get(path).content)
        self._cookie = f"{settings.SESSION_COOKIE_NAME}={session_of(browser)}"

    async def open(self, port: int, *, buffer: int | None = None) -> ClientConnection:
        """Connect; with a small `buffer` as a browser that leaves on the wire what it does not read."""
        raw = socket.socket()
        if buffer:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        raw.setblocking(False)
        await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", port))
        return await connect(
            f"ws://localhost:{port}{self._address}",
            sock=raw,
            origin=Origin(f"http://localhost:{port}"),
            additional_headers={"Cookie": self._cookie},
            compression=None,
            max_size=None,
            max_queue=1 if buffer else None,
            ping_interval=None,
        )
