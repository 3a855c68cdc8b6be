"""`make screenshots`: make the pictures of the README from the real pages of a running stack."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from stack import demo
from stack.stack import Stack
from tests.chromium import chromium
from tests.e2e.browsing import expect_live

DIRECTORY = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
SIZE: ViewportSize = {"width": 960, "height": 600}
MOST_BYTES = 150_000
NEW_NAME = "Augusta Ada"


def main() -> int:
    """Return 0 when both pictures are written."""
    with (
        tempfile.TemporaryDirectory() as directory,
        chromium() as browser,
        Stack(Path(directory), ports="free") as stack,
    ):
        _take(stack, browser)
    return 0


def _take(stack: Stack, browser: Browser) -> None:
    """Change a name in master's admin, and show the form and the client's directory as it changes."""
    users = demo.create(stack)
    admin, client = (browser.new_context(viewport=SIZE, color_scheme="light").new_page() for _ in range(2))
    client.goto(users.links["client-web"])
    expect_live(client)
    client.locator("[name=status]").fill("Writing notes")
    client.get_by_role("button", name="Save").click()
    expect(client.locator("[data-field=status]")).not_to_be_empty()
    client.goto(f"{stack.url('client-web')}/directory/")
    expect_live(client)
    _open_ada(stack, admin, users.password or "")
    name = admin.locator("[name=first_name]")
    name.fill(NEW_NAME)
    admin.evaluate("scrollTo(0, 0)")
    expect(name).to_be_in_viewport()
    _write(admin, "admin")
    admin.get_by_role("button", name="Save and continue editing").click()
    expect(client.locator("td.changed")).to_have_text(NEW_NAME)
    _write(client, "directory")


def _open_ada(stack: Stack, admin: Page, password: str) -> None:
    admin.goto(f"{stack.url('master-web')}/admin/users/user/?q={demo.USER}")
    admin.get_by_label("Username").fill(demo.ADMIN)
    admin.get_by_label("Password").fill(password)
    admin.get_by_role("button", name="Log in").click()
    admin.get_by_role("link", name=demo.USER, exact=True).click()
    admin.locator("#toggle-nav-sidebar").click()


def _write(page: Page, name: str) -> None:
    picture = page.screenshot()
    if len(picture) > MOST_BYTES:
        raise SystemExit(f"{name}.png would have {len(picture)} bytes, more than {MOST_BYTES}. Make SIZE smaller.")
    DIRECTORY.mkdir(exist_ok=True)
    (DIRECTORY / f"{name}.png").write_bytes(picture)
    sys.stdout.write(f"{name}.png: {len(picture)} bytes\n")


if __name__ == "__main__":
    sys.exit(main())
