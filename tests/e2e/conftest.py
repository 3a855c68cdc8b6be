"""One stack for all end-to-end tests, real browsers, and ways to sign in."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from stack import demo
from stack.stack import Stack
from tests import tools

CLIENTS = 2
BROWSER_SECONDS = 10.0


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Run master and two clients, with the demo users, on ports of their own."""
    with Stack(tmp_path_factory.mktemp("stack"), clients=CLIENTS, ports="free") as running:
        yield running


@pytest.fixture(scope="session")
def demo_users(stack: Stack) -> demo.Demo:
    """Create the demo users."""
    return demo.create(stack)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tools.browser(), args=tools.BROWSER_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a browser without cookies."""
    context = browser.new_context()
    context.set_default_timeout(BROWSER_SECONDS * 1000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Return a tab; an error in its scripts fails the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert not errors


@pytest.fixture
def sign_in_to_admin(stack: Stack, demo_users: demo.Demo) -> Callable[[Page], None]:
    """Return what signs the demo admin in to master's admin."""

    def sign_in(page: Page) -> None:
        page.goto(f"{stack.url('master-web')}/admin/")
        page.get_by_label("Username").fill(demo.ADMIN)
        page.get_by_label("Password").fill(demo_users.password or "")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/admin/")

    return sign_in


@pytest.fixture
def sign_in(stack: Stack, demo_users: demo.Demo) -> Callable[..., None]:
    """Return what signs a user in to a client, by a link; `sign_in(page, "ada", web="client-web-2")`."""

    def sign_in(page: Page, username: str = demo.USER, *, web: str = "client-web") -> None:
        page.goto(demo.sign_in_link(stack, username, web))
        page.wait_for_url(f"{stack.url(web)}/")

    return sign_in
