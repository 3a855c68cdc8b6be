"""Between a page and the server's sockets: frames are passed on, or lost, or the connection is."""

import json
import random
import re
from collections.abc import Callable
from typing import Any, Literal

from playwright.sync_api import Page, WebSocketRoute

from tests.e2e.browsing import SECONDS, expect_live

HEARTBEAT = "--heartbeat--"
Mode = Literal["pass", "mute", "refuse", "answer nothing"]


def wired(page: Page, **options: Any) -> "Wire":
    """Load a page again, over a wire; return the wire once the page is live."""
    wire = Wire(page, **options)
    page.reload()
    expect_live(page)
    return wire


class Wire:
    """All sockets of a page, from those that it opens next.

    Playwright passes frames on while the test waits for the page, and not in between.
    """

    def __init__(self, page: Page, *, mode: Mode = "pass", code: int = 1006) -> None:
        self.mode: Mode = mode
        self.code = code  # with which a connection is refused
        self.loses: Callable[[str], bool] = lambda frame: False
        self.keeps: set[str] = set()  # signals of the page that the server does not get
        self.came: list[str] = []  # frames of the server
        self.lost: list[str] = []  # those of them that the page did not get
        self.sent: list[dict[str, Any]] = []  # calls of the page
        self.opened = 0
        self._routes: list[WebSocketRoute] = []
        self._newest: dict[str, int] = {}
        page.route_web_socket(re.compile(r"/ws/\?window="), self._open)

    def cut(self, code: int = 1006) -> None:
        """Close the connection, for the page."""
        for route in self._routes:
            route.close(code=code)
        self._routes.clear()

    def wait_for_frame(self, page: Page, *, after: int) -> None:
        """Wait until the server has sent more than a number of frames, whether they are lost or not."""
        for _ in range(int(SECONDS / 0.05)):
            if len(self.came) > after:
                return
            page.wait_for_timeout(50)  # lets Playwright pass frames on
        raise AssertionError(f"no frame after {after}")

    def questions(self) -> list[dict[str, Any]]:
        """Return the questions for the state that the page has asked."""
        return [call for call in self.sent if call["signal"].endswith(".snapshot")]

    def say(self, signal: str, /, **opts: Any) -> None:
        """Say something to the page as the server would."""
        self._routes[-1].send(json.dumps({"signal": signal, "opts": opts}))

    def lose_at_random(self, seed: int, share: float) -> None:
        """Lose this share of all frames from now on."""
        chance = random.Random(seed)  # noqa: S311
        self.loses = lambda frame: chance.random() < share

    def lose_nothing(self) -> None:
        """Pass everything on again."""
        self.loses = lambda frame: False

    def _open(self, route: WebSocketRoute) -> None:
        self.opened += 1
        if self.mode == "refuse":
            route.close(code=self.code)
            return
        self._routes.append(route)
        if self.mode == "answer nothing":
            route.on_message(lambda frame: None)
            return
        server = route.connect_to_server()
        route.on_message(lambda frame: self._up(server, str(frame)))
        server.on_message(lambda frame: self._down(route, str(frame)))

    def _up(self, server: WebSocketRoute, frame: str) -> None:
        if not frame.startswith(HEARTBEAT):  # the number of gaps may follow
            self.sent.append(json.loads(frame))
            if self.sent[-1]["signal"] in self.keeps:
                return
        server.send(frame)

    def _down(self, route: WebSocketRoute, frame: str) -> None:
        if frame == HEARTBEAT:  # a server that does not say how far its topics are
            frame = json.dumps({"signal": "live.pong", "opts": {"n": self._newest}})
        else:
            self.came.append(frame)
            self._note(json.loads(frame)["opts"])
        if self.mode == "mute" or self.loses(frame):
            self.lost.append(frame)
        else:
            route.send(frame)

    def _note(self, opts: dict[str, Any]) -> None:
        if isinstance(n := opts.get("n"), int):
            self._newest[opts["topic"]] = max(n, self._newest.get(opts["topic"], 0))
