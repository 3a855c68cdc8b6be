"""Between the page of the feed and its socket: the connection is cut, and replies are changed or kept for a while."""

import json
import re
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

from tests.e2e.browsing import SECONDS

ADDRESS = re.compile("/ws/feed/")


class FeedWire:
    """The sockets of a page, from those that it opens next.

    Playwright passes frames on while the test waits for the page, and not in between.
    """

    def __init__(self, page: Page) -> None:
        self.refuses = False
        self.code = 1006  # with which a connection is refused
        self.wrong: list[tuple[str, int]] = []  # replies to come that are made others: the action, and the status
        self.keeps = ""  # the action of which replies are kept
        self.came: list[str] = []  # the actions of all events and replies of the server, as they came
        self.opened = 0
        self._kept: list[tuple[WebSocketRoute, str]] = []
        self._routes: list[WebSocketRoute] = []
        self._page = page
        page.route_web_socket(ADDRESS, self._open)

    def cut(self) -> None:
        """End the connection, for the page."""
        self._routes.pop().close(code=1006)

    def release(self) -> None:
        """Pass on what was kept, and keep no more."""
        self.keeps = ""
        for route, text in self._kept:
            route.send(text)
        self._kept.clear()

    def wait_for(self, action: str, *, times: int = 1) -> None:
        """Wait until the server has sent so many events of an action, or replies to it."""
        for _ in range(int(SECONDS / 0.05)):
            if self.came.count(action) >= times:
                return
            self._page.wait_for_timeout(50)  # lets Playwright pass frames on
        raise AssertionError(f"no {action}: {self.came}")

    def _open(self, route: WebSocketRoute) -> None:
        self.opened += 1
        if self.refuses:
            route.close(code=self.code)
            return
        self._routes.append(route)
        server = route.connect_to_server()
        route.on_message(server.send)
        server.on_message(lambda text: self._down(route, str(text)))

    def _down(self, route: WebSocketRoute, text: str) -> None:
        message = json.loads(text)
        action = message["action"]
        self.came.append(action)
        if "request_id" in message and action == self.keeps:
            self._kept.append((route, text))
        else:
            route.send(json.dumps(self._made_wrong(message)))

    def _made_wrong(self, message: dict[str, Any]) -> dict[str, Any]:
        for action, status in self.wrong:
            if "request_id" in message and message["action"] == action:
                self.wrong.remove((action, status))
                return {**message, "response_status": status, "data": None, "errors": ["Not now."]}
        return message
