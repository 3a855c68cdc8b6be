"""An open page in a real Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from stack import demo
from stack.stack import Stack
from tests.chromium import chromium

USER = "bench-1"  # the second of the users that measures write

# Resolves with the milliseconds since 1970 at which a text has appeared on the page.
_WATCH = """text => {
    window.seen = new Promise(resolve => {
        const look = () => {
            if (!document.body.textContent.includes(text)) return;
            observer.disconnect();
            resolve(performance.timeOrigin + performance.now());
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, {subtree: true, childList: true, characterData: true});
        look();
    });
}"""


class Directory:
    """The directory page of a client."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def expect(self, text: str) -> None:
        """Begin to watch for a text."""
        self._page.evaluate(_WATCH, text)

    def seen_at(self) -> float:
        """Wait for it; return the milliseconds since 1970 at which it appeared."""
        return float(self._page.evaluate("() => window.seen"))


@contextmanager
def open_directory(stack: Stack) -> Iterator[Directory]:
    """Sign a user in and open the directory, at those users whose changes are measured."""
    with chromium() as browser:
        page = browser.new_page()
        page.goto(demo.sign_in_link(stack, USER, "client-web"))
        page.goto(f"{stack.url('client-web')}/directory/?search=bench-0")
        page.get_by_role("status").get_by_text("Live").wait_for()
        yield Directory(page)
