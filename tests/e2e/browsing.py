"""Browsers of several people at once; an error in a page's scripts fails the test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.console import Console

SECONDS = 30.0  # for what takes a fraction of one, unless the machine is busy

LINK = """
from sesame.utils import get_query_string
from client.users.models import User
result = get_query_string(User.objects.get(username=username))
"""


class Browsing:
    """Opens browsers, each with cookies of its own, and closes them after the test."""

    def __init__(self, browser: Browser, address: Callable[[str], str], clients: dict[str, Console]) -> None:
        self._browser = browser
        self._address = address
        self._clients = clients
        self._contexts: list[BrowserContext] = []
        self.errors: list[str] = []

    def context(self, **options: Any) -> BrowserContext:
        """Return a browser without cookies; `options` are Playwright's: viewport, color_scheme …"""
        context = self._browser.new_context(**options)
        context.set_default_timeout(SECONDS * 1000)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self._contexts.append(context)
        return context

    def visit(self, username: str, path: str = "/", *, client: str = "client", **options: Any) -> Page:
        """Sign a user in to a client, in a browser of his own, and return the page once it is live."""
        page = self.context(**options).new_page()
        page.goto(f"{self._address(web_of(client))}/accounts/link/{self._link(username, client)}&next={quote(path)}")
        expect_live(page)
        return page

    def close(self) -> None:
        """Close all; raise AssertionError if there was an error in any page."""
        for context in self._contexts:
            context.close()
        assert not self.errors, "\n".join(self.errors)

    def _link(self, username: str, client: str) -> str:
        return str(self._clients[client](LINK, username=username))


def web_of(client: str) -> str:
    """Return the name of a client's web process."""
    return client.replace("client", "client-web", 1)


def expect_live(page: Page) -> None:
    """Wait until the page has its connection and the newest state."""
    expect(page.locator("#badge")).to_have_attribute("data-state", "live")


def wait_for_state(page: Page, state: str, *, seconds: float) -> None:
    """Wait until the page's badge says a state, looked at with each frame; raise TimeoutError if too late."""
    page.wait_for_function(
        "state => document.getElementById('badge').dataset.state === state", arg=state, timeout=seconds * 1000
    )


def expect_signed_out(page: Page) -> None:
    """Wait until the page says that its user is signed out."""
    expect(page.locator("#badge")).to_have_attribute("data-state", "signed-out")
    expect(page.locator("#signed-out")).to_be_visible()


@contextmanager
def without_reload(*pages: Page) -> Iterator[None]:
    """Make sure that no page is loaded again in the block."""
    for page in pages:
        page.evaluate("window.loadedOnce = true")
    yield
    assert [page.evaluate("window.loadedOnce") for page in pages] == [True] * len(pages)


def frames_of(page: Page) -> list[str]:
    """Load the page anew; return the list of all that its sockets receive from now on."""
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda text: frames.append(str(text))))
    page.reload()
    expect_live(page)
    return frames
