"""One stack for all end-to-end tests, real browsers, and ways to sign in."""

import os
from collections.abc import Callable, Iterator
from typing import cast

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from stack import demo
from stack.handle import MENDED_SECONDS, Handle
from stack.stack import Stack
from stack.waiting import wait_until
from tests.chromium import chromium
from tests.e2e.admin import Admin
from tests.e2e.browsing import SECONDS, Browsing
from tests.e2e.compare import Difference, compare
from tests.e2e.console import Console
from tests.e2e.containers import Containers
from tests.e2e.people import People
from tests.e2e.queues import Queues

CLIENTS = 2
VISIBILITY_SECONDS = 10


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Run master and two clients on ports of their own.

    What a process that dies has received from a queue comes again after seconds, not after a minute, to save time.
    With E2E_COMPOSE it is the product in containers that is tried.
    """
    if compose_project := os.environ.get("E2E_COMPOSE"):
        yield cast(Stack, Containers(compose_project, tmp_path_factory.mktemp("containers")))
        return
    with Stack(tmp_path_factory.mktemp("stack"), clients=CLIENTS, ports="free") as running:
        set_short_visibility(running)
        yield running


@pytest.fixture
def aws(stack: Stack) -> Iterator[Handle]:
    """Return the emulator. Whoever kills it leaves queues with the settings that `provision` gives them.

    And all that there ever was under way to the clients once more, in new versions: the next test begins after that.
    """
    aws = stack.process("aws")
    yield aws
    aws.wait_mended()
    set_short_visibility(stack)
    assert wait_until(lambda: all(each.is_equal for each in differences(stack)), seconds=MENDED_SECONDS), [
        str(each) for each in differences(stack)
    ]


def differences(stack: Stack) -> list[Difference]:
    """Compare each client with master."""
    urls = {name: project.settings["DATABASE_URL"] for name, project in stack.projects.items()}
    return [compare(urls["master"], url) for name, url in urls.items() if name != "master"]


def set_short_visibility(stack: Stack) -> None:
    """Set how long a message that a client has received stays out of sight, for receives that begin from now on."""
    for project in stack.projects.values():
        if project.package == "client":
            Queues(project).set_visibility(VISIBILITY_SECONDS)


@pytest.fixture(scope="session")
def demo_users(stack: Stack) -> demo.Demo:
    """Create the demo users."""
    return stack.demo if isinstance(stack, Containers) else demo.create(stack)


@pytest.fixture(scope="session")
def consoles(stack: Stack) -> Iterator[dict[str, Console]]:
    """Open a management shell of each project."""
    consoles = {name: Console(project) for name, project in stack.projects.items()}
    yield consoles
    for console in consoles.values():
        console.close()


@pytest.fixture(scope="session")
def master(consoles: dict[str, Console]) -> Console:
    """Return master's management shell."""
    return consoles["master"]


@pytest.fixture(scope="session")
def clients(consoles: dict[str, Console]) -> dict[str, Console]:
    """Return the clients' management shells."""
    return {name: console for name, console in consoles.items() if name != "master"}


@pytest.fixture
def people(master: Console, clients: dict[str, Console]) -> Iterator[People]:
    """Create users of this test, and delete them after it."""
    people = People(master, clients)
    yield people
    people.forget()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    expect.set_options(timeout=SECONDS * 1000)
    with chromium() as browser:
        yield browser


@pytest.fixture
def browsing(browser: Browser, stack: Stack, clients: dict[str, Console]) -> Iterator[Browsing]:
    """Open browsers; an error in the scripts of any page fails the test."""
    browsing = Browsing(browser, stack.url, clients)
    yield browsing
    browsing.close()


@pytest.fixture
def visit(browsing: Browsing) -> Callable[..., Page]:
    """Return what opens a client's page as a user: `visit("ada", "/directory/", client="client-2")`."""
    return browsing.visit


@pytest.fixture
def context(browsing: Browsing) -> BrowserContext:
    """Return a browser without cookies."""
    return browsing.context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Return a tab."""
    return context.new_page()


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
def admin(browsing: Browsing, stack: Stack, sign_in_to_admin: Callable[[Page], None]) -> Admin:
    """Return master's admin, signed in to, in a browser of its own."""
    page = browsing.context().new_page()
    sign_in_to_admin(page)
    return Admin(page, stack.url("master-web"))


@pytest.fixture
def sign_in(stack: Stack, demo_users: demo.Demo) -> Callable[..., None]:
    """Return what signs a user in to a client, by a link; `sign_in(page, "ada", web="client-web-2")`."""

    def sign_in(page: Page, username: str = demo.USER, *, web: str = "client-web") -> None:
        page.goto(demo.sign_in_link(stack, username, web))
        page.wait_for_url(f"{stack.url(web)}/")

    return sign_in
