"""The page `/feed/` in browsers: written by one, seen by others, and by keyboard alone."""

import re
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from stack.stack import Stack
from tests.e2e.accessibility import violations
from tests.e2e.browsing import Browsing, expect_live, expect_signed_out, without_reload
from tests.e2e.console import Console
from tests.e2e.feed_wire import FeedWire
from tests.e2e.people import People

Visit = Callable[..., Page]

PATH = "/feed/"


@pytest.fixture
def page(people: People, visit: Visit) -> Page:
    """Return the feed of somebody who has written nothing yet."""
    return visit(people.create().username, PATH)


@pytest.fixture(autouse=True)
def _no_posts(clients: dict[str, Console]) -> Iterator[None]:
    """Leave no posts to other tests."""
    yield
    clients["client"]("from client.feed.models import Post; result = Post.objects.all().delete()[0]")


def post(page: Page, body: str) -> Locator:
    """Return the post with a body."""
    return page.locator("#posts > li", has_text=body)


def write(page: Page, body: str) -> None:
    """Write a post as one does with a keyboard."""
    page.get_by_label("Write a post").fill(body)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(post(page, body)).to_be_visible()


def test_it_is_written_changed_and_deleted_by_keyboard_while_another_watches(
    page: Page, people: People, visit: Visit
) -> None:
    other = visit(people.create().username, PATH)
    with without_reload(page, other):
        write(page, "Hello #world")
        sees(other)
        changes(page)
        expect(post(other, "Bye <b>&")).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Yes, delete").press("Enter")
        expect(page.locator("#posts > li")).to_have_count(0)
        expect(page.get_by_role("heading", name="Posts")).to_be_focused()
        expect(other.locator("#posts > li")).to_have_count(0)
        expect(other.get_by_text("Nothing here yet.")).to_be_visible()


def sees(other: Page) -> None:
    """Look at what is new, which waits until somebody wants to see it."""
    new = other.get_by_role("button", name="1 new post")
    expect(new).to_be_visible()
    expect(post(other, "Hello")).to_have_count(0)
    new.press("Enter")
    expect(post(other, "Hello #world").locator(".author")).to_have_text(re.compile("^person-"))
    expect(other.get_by_role("heading", name="Posts")).to_be_focused()
    expect(post(other, "Hello").get_by_role("button")).to_have_count(0)


def changes(page: Page) -> None:
    """Change the one post: not after all, then wrongly, then well; each time the focus is where one goes on."""
    page.get_by_role("button", name="Edit").press("Enter")
    expect(page.get_by_label("Change the post")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Edit")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("Change the post").fill(" ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".editing .note")).to_have_text("This field may not be blank.")
    assert violations(page) == []
    page.get_by_label("Change the post").fill("Bye <b>&")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Edit")).to_be_focused()


def test_followed_hashtags_choose_what_is_shown_and_told(page: Page, people: People, visit: Visit) -> None:
    write(page, "about #Cats")
    write(page, "about dogs")
    other = visit(people.create().username, PATH)
    expect(other.locator("#posts > li")).to_have_count(2)
    other.get_by_label("Follow a hashtag").fill("#cats")
    other.keyboard.press("Enter")
    expect(other.locator("#posts > li")).to_have_count(1)
    other.get_by_label("Follow a hashtag").fill("not one")
    other.keyboard.press("Enter")
    expect(other.locator("#follow-note")).to_have_text("That is no hashtag: letters, digits and _ only.")
    write(page, "more dogs")
    write(page, "more #CATS")
    expect(other.get_by_role("button", name="1 new post")).to_be_visible()
    other.reload()
    expect_live(other)
    expect(other.locator("#posts > li")).to_have_count(2)
    other.get_by_role("button", name="Do not follow #cats any more").press("Enter")
    expect(other.locator("#posts > li")).to_have_count(4)
    assert "hashtag" not in other.url


def test_own_posts_stay_as_they_were_written_whatever_is_followed(page: Page, people: People, visit: Visit) -> None:
    page.goto(f"{page.url}?hashtag=cats")
    expect_live(page)
    write(page, "about dogs")
    rewrite(page, "about birds")
    write(visit(people.create().username, PATH), "#cats")
    page.get_by_role("button", name="1 new post").press("Enter")
    expect(post(page, "#cats")).to_be_visible()
    expect(post(page, "about birds")).to_be_visible()
    rewrite(page, "birds and #cats")
    rewrite(page, "birds again")  # which is no more among those that are followed
    expect(page.locator("#posts > li")).to_have_count(1)


def rewrite(page: Page, body: str) -> None:
    """Change the one post that the user wrote."""
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Change the post").fill(body)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Change the post")).to_have_count(0)


def test_a_post_that_is_deleted_while_it_is_changed_goes_when_one_has_done(
    page: Page, clients: dict[str, Console]
) -> None:
    write(page, "Hello")
    page.get_by_role("button", name="Edit").press("Enter")
    clients["client"]("from client.feed.models import Post; result = Post.objects.all().delete()[0]")
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    page.get_by_label("Change the post").fill("Bye")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".editing .note")).to_have_text("There is no such post.")
    page.keyboard.press("Escape")
    expect(page.locator("#posts > li")).to_have_count(0)
    expect(page.get_by_role("heading", name="Posts")).to_be_focused()


def test_a_stranger_reads_and_is_asked_to_sign_in(stack: Stack, page: Page, browsing: Browsing) -> None:
    write(page, "for everybody")
    stranger = browsing.context().new_page()
    stranger.goto(f"{stack.url('client-web')}{PATH}")
    expect_live(stranger)
    expect(post(stranger, "for everybody")).to_be_visible()
    expect(stranger.get_by_label("Write a post")).to_have_count(0)
    assert violations(stranger) == []
    stranger.get_by_role("link", name="Sign in to write").click()
    stranger.wait_for_url("**/accounts/login/?next=/feed/")


def test_a_reconnect_shows_what_was_missed_and_keeps_what_is_being_written(
    page: Page, people: People, visit: Visit
) -> None:
    wire = FeedWire(page)
    page.reload()
    expect_live(page)
    page.get_by_label("Write a post").fill("half a")
    with without_reload(page):
        wire.refuses = True
        wire.cut()
        expect(page.locator("#badge")).to_have_attribute("data-state", "waiting")
        expect(page.get_by_role("button", name="Post", exact=True)).to_be_disabled()
        write(visit(people.create().username, PATH), "meanwhile")
        wire.refuses = False
        expect_live(page)
        expect(post(page, "meanwhile")).to_be_visible()
        expect(page.get_by_label("Write a post")).to_have_value("half a")


def test_who_is_signed_out_while_the_connection_is_away_is_no_stranger_after_it(
    page: Page, clients: dict[str, Console]
) -> None:
    wire = FeedWire(page)
    page.reload()
    expect_live(page)
    wire.refuses = True
    wire.cut()
    expect(page.locator("#badge")).to_have_attribute("data-state", "waiting")
    clients["client"]("from client.users.models import Session; result = Session.objects.all().delete()[0]")
    wire.refuses = False
    expect_signed_out(page)


def test_who_is_signed_out_elsewhere_is_told_at_once(page: Page) -> None:
    tab = page.context.new_page()
    tab.goto(page.url)
    expect_live(tab)
    tab.locator("#sign-out").click()
    expect_signed_out(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_in_light_and_dark_and_fits_a_phone(
    scheme: Literal["light", "dark"], people: People, visit: Visit
) -> None:
    page = visit(people.create().username, PATH, color_scheme=scheme, viewport={"width": 360, "height": 740})
    write(page, "x" * 200)
    page.get_by_label("Follow a hashtag").fill("cats")
    page.keyboard.press("Enter")
    expect(page.locator("#followed button")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
