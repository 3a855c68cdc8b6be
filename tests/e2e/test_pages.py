"""The client's pages by keyboard, on a phone, in light and dark, and for assistive technology."""

import re
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from stack.stack import Stack
from tests.e2e.accessibility import violations
from tests.e2e.browsing import Browsing, without_reload
from tests.e2e.people import People

Visit = Callable[..., Page]

PHONE = {"width": 360, "height": 740}
LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren"
MOST_TABS = 30
FOCUSED = """() => {
  const element = document.activeElement;
  return element === document.body ? "" : element.id || element.name || element.textContent.trim();
}"""


def tab_stops(page: Page) -> Iterator[str]:
    """Press Tab until the end of the page; yield what each element that has the focus is called."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if not stop:
            return
        yield stop


def test_tab_reaches_everything_in_the_order_of_the_page(people: People, visit: Visit) -> None:
    page = visit(people.create().username)
    expect(page.get_by_role("button", name="Save")).to_be_enabled()
    pages = page.locator("nav ul a").all_inner_texts()
    assert pages[:2] == ["You", "Directory"]  # and those of the rooms
    top = ["Skip to content", "Reactive Tables", *pages, "sign-out"]
    assert list(tab_stops(page)) == [*top, "id_status", "Save"]
    page.goto(f"{page.url}directory/")
    assert list(tab_stops(page))[: len(top) + 2] == [*top, "search", "Search"]


def test_search_and_the_status_form_and_sign_out_need_no_mouse(people: People, visit: Visit) -> None:
    person = people.create()
    page = visit(person.username, "/directory/")
    page.get_by_role("searchbox").focus()
    page.keyboard.type(person.username)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/directory/?search={person.username}")
    expect(page.locator("#users tbody tr")).to_have_count(1)
    page.get_by_role("link", name="You").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Save")).to_be_enabled()
    with without_reload(page):
        page.locator("[name=status]").focus()
        page.keyboard.type("typed")
        page.keyboard.press("Enter")
        expect(page.locator("[data-field=status]")).to_have_text("typed")
    page.locator("#sign-out").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/login/")


def test_what_has_the_focus_is_seen(people: People, visit: Visit) -> None:
    page = visit(people.create().username)
    for _ in range(3):
        page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_a_phone_needs_no_scrolling_to_the_side(people: People, visit: Visit) -> None:
    person = people.create(first_name=LONG, last_name=LONG, email=f"{LONG}@example.org")
    page = visit(person.username, viewport=PHONE)
    expect(page.locator("[data-field=first_name]")).to_have_text(LONG)
    address = page.url
    for path in ("", f"directory/?search={person.username}", "directory/?search=nobody-is-called-so"):
        page.goto(f"{address}{path}")
        assert width(page) <= PHONE["width"], path
    expect(page.get_by_role("button", name="Sign out")).to_be_in_viewport()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")
    assert width(page) <= PHONE["width"]


def width(page: Page) -> int:
    """Return how wide the page's content is."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_are_readable_and_accessible(
    scheme: Literal["light", "dark"], people: People, visit: Visit
) -> None:
    page = visit(people.create().username, color_scheme=scheme)
    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", colour)[:3])) / 3
    assert (brightness > 128) == (scheme == "light"), colour
    address = page.url
    for path in ("", "directory/"):
        page.goto(f"{address}{path}")
        assert violations(page) == []
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")
    assert violations(page) == []


def test_pages_load_without_a_complaint_in_the_console(people: People, browsing: Browsing, visit: Visit) -> None:
    page = visit(people.create().username)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    address = page.url
    for path in ("", "directory/", "accounts/link/"):
        page.goto(f"{address}{path}")
    assert [text for text in said if "403" not in text] == []


def test_an_error_in_a_script_fails_its_test(browser: Browser, stack: Stack) -> None:
    browsing = Browsing(browser, stack.url, {})
    page = browsing.context().new_page()
    page.goto(f"{stack.url('client-web')}/accounts/login/")
    page.evaluate("setTimeout(() => { throw new Error('broken'); })")
    page.evaluate("new Promise((resolve) => setTimeout(resolve))")
    with pytest.raises(AssertionError, match="broken"):
        browsing.close()
