"""A browser's window in tests: it loads a page and opens the socket that the page names.

It speaks ASGI by asgiref's communicator, for that of `channels.testing` cannot be imported without daphne.
"""

import html
import json
import re
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import Client

from client.asgi import application

ORIGIN = "http://testserver"
QUIET = 0.2  # seconds after which nothing is taken to come


class Window:
    """The socket of a page; use it inside one event loop. `cookies` are what the browser sends beside its session."""

    def __init__(
        self,
        address: str,
        *,
        session: str,
        origin: str | None = ORIGIN,
        host: str | None = "testserver",
        scheme: str = "ws",
        cookies: str = "",
    ) -> None:
        split = urlsplit(address)
        cookie = "; ".join(filter(None, [cookies, session and f"{settings.SESSION_COOKIE_NAME}={session}"]))
        headers = [(b"cookie", cookie.encode()), (b"user-agent", b"a test")]
        headers += [(b"host", host.encode())] if host else []
        headers += [(b"origin", origin.encode())] if origin else []
        scope = {
            "type": "websocket",
            "scheme": scheme,
            "path": split.path,
            "query_string": split.query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 50000),
            "server": ("testserver", 80),
            "subprotocols": [],
        }
        self.socket: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]

    async def open(self) -> bool:
        """Connect; return whether the handshake was accepted."""
        await self.socket.send_input({"type": "websocket.connect"})
        return bool((await self.next())["type"] == "websocket.accept")

    async def close_code(self) -> int:
        """Return the code with which the server closes."""
        output = await self.next()
        assert output["type"] == "websocket.close"
        return int(output["code"])

    async def code_after_all(self) -> int:
        """Return the code with which the server closes, whatever comes before."""
        while (output := await self.next())["type"] != "websocket.close":
            pass
        return int(output["code"])

    async def call(self, signal: str, **opts: Any) -> None:
        """Call a signal as the page's script does."""
        await self.send(json.dumps({"signal": signal, "opts": opts}))

    async def send(self, frame: str | bytes) -> None:
        """Send a frame."""
        await self.socket.send_input(
            {"type": "websocket.receive", "bytes" if isinstance(frame, bytes) else "text": frame}
        )

    async def usable(self) -> bool:
        """Say whether the socket still answers."""
        await self.send("--heartbeat--")
        return (await self.receive())[0] == "live.pong"

    async def receive(self) -> tuple[str, dict[str, Any]]:
        """Return the next signal and its arguments."""
        message = json.loads((await self.next())["text"])
        return message["signal"], message["opts"]

    async def silent(self) -> bool:
        """Say whether nothing comes."""
        return bool(await self.socket.receive_nothing(timeout=QUIET, interval=0.05))

    async def leave(self) -> None:
        """Go away."""
        await self.socket.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.socket.wait(timeout=5)

    async def next(self) -> dict[str, Any]:
        output: dict[str, Any] = await self.socket.receive_output(timeout=5)
        return output


def address_of(page: bytes) -> str:
    """Return the socket's address that a page names."""
    found = re.search(r'data-live="([^"]+)"', page.decode())
    assert found, "not a live page"
    return html.unescape(found[1])


def session_of(browser: Client) -> str:
    """Return the session's key that a browser holds as a cookie."""
    cookie = browser.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie.value if cookie else ""


def window_of(browser: Client, path: str = "/") -> Window:
    """Load a page and return its window, not yet open."""
    return Window(address_of(browser.get(path).content), session=session_of(browser))


async def in_thread(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Call synchronous code from a test's event loop."""
    return await sync_to_async(function)(*args, **kwargs)
