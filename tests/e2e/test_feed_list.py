"""Which posts the page `/feed/` shows: while it loads, beyond the first fifty, and when the server refuses a list."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browsing import expect_live
from tests.e2e.console import Console
from tests.e2e.feed_wire import FeedWire
from tests.e2e.people import People

PATH = "/feed/"
SHOWN = 50
FILL = """
from datetime import timedelta
from django.utils import timezone
from client.feed.models import Post
from client.users.models import User
author, now = User.objects.get(username=username), timezone.now()
posts = [Post(author=author, body=f"post {n} {more}", created_at=now + timedelta(milliseconds=n)) for n in numbers]
result = len(Post.objects.bulk_create(posts))
"""
CHANGE = """
from client.feed.models import Post
result = Post.objects.filter(body__startswith=begins).update(body=body)
"""
DELETE = """
from client.feed.models import Post
result = Post.objects.filter(body__startswith=begins).delete()[0]
"""

Fill = Callable[..., None]


@pytest.fixture(autouse=True)
def _no_posts(clients: dict[str, Console]) -> Iterator[None]:
    """Leave no posts to other tests."""
    yield
    clients["client"](DELETE, begins="")


@pytest.fixture
def fill(people: People, clients: dict[str, Console]) -> Fill:
    """Return what writes posts of somebody else, each a millisecond newer than the one before."""
    author = people.create().username

    def fill(*numbers: int, more: str = "") -> None:
        clients["client"](FILL, username=author, numbers=numbers, more=more)

    return fill


@pytest.fixture
def page(people: People, visit: Callable[..., Page], fill: Fill) -> Page:
    """Return the feed of somebody who has written nothing, with 120 posts of another."""
    fill(*range(120))
    return visit(people.create().username, PATH)


def posts(page: Page) -> Locator:
    """Return the posts that are shown."""
    return page.locator("#posts > li")


def numbers(page: Page) -> list[int]:
    """Return the numbers of those that `fill` wrote, as they stand on the page."""
    return [int(body.split()[1]) for body in page.locator("#posts .body").all_text_contents() if body[:5] == "post "]


def test_what_happens_while_the_page_loads_takes_nothing_away(page: Page, fill: Fill) -> None:
    wire = FeedWire(page)
    wire.keeps = "list"
    page.reload()
    wire.wait_for("list")
    fill(200)
    wire.wait_for("create")
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert posts(page).count() == SHOWN
    expect(page.get_by_text("Nothing here yet.")).to_be_hidden()
    wire.release()
    expect_live(page)
    expect(page.get_by_role("button", name="1 new post")).to_be_visible()
    assert numbers(page) == list(range(119, 69, -1))


def test_older_posts_come_until_there_are_no_more(page: Page, clients: dict[str, Console], fill: Fill) -> None:
    older = page.get_by_role("button", name="Older posts")
    page.get_by_label("Write a post").fill("one's own")
    page.get_by_role("button", name="Post", exact=True).click()
    fill(200)
    expect(page.get_by_role("button", name="1 new post")).to_be_visible()
    older.press("Enter")
    expect(posts(page)).to_have_count(102)  # 51 were shown, and one waited
    assert numbers(page) == [200, *range(119, 19, -1)]
    clients["client"](DELETE, begins="post 11")
    expect(posts(page)).to_have_count(92)
    older.press("Enter")
    expect(posts(page)).to_have_count(111)
    assert numbers(page)[-1] == 0
    expect(older).to_be_hidden()
    expect(page.locator("#end")).to_be_hidden()


def test_no_older_post_is_passed_over_when_some_gain_the_hashtag_that_is_followed(
    page: Page, clients: dict[str, Console], fill: Fill
) -> None:
    fill(*range(200, 270), more="#cats")
    page.goto(f"{page.url}?hashtag=cats")
    expect_live(page)
    assert clients["client"](CHANGE, begins="post 0", body="post 0 has #cats now")
    expect(page.get_by_role("button", name="1 new post")).to_be_visible()
    page.get_by_role("button", name="Older posts").click()
    expect(posts(page)).to_have_count(71)
    assert numbers(page) == [*range(269, 199, -1), 0]


def test_the_last_posts_that_can_be_had_are_said_to_be(page: Page, fill: Fill) -> None:
    fill(*range(200, 600))
    page.reload()
    expect_live(page)
    for shown in range(100, 501, 50):
        page.get_by_role("button", name="Older posts").click()
        expect(posts(page)).to_have_count(shown)
    expect(page.get_by_role("button", name="Older posts")).to_be_hidden()
    expect(page.get_by_text("Posts that are older than these are not shown here.")).to_be_visible()


def test_more_new_posts_than_are_kept_are_asked_for(page: Page, clients: dict[str, Console], fill: Fill) -> None:
    fill(*range(200, 260))
    expect(page.get_by_role("button", name="60 new posts")).to_be_visible()
    clients["client"](DELETE, begins="post 200")  # which is not kept any more
    expect(page.get_by_role("button", name="59 new posts")).to_be_visible()
    page.get_by_role("button", name="59 new posts").press("Enter")
    expect(posts(page).first).to_contain_text("post 259")
    assert numbers(page) == list(range(259, 209, -1))
    expect(page.locator("#new")).to_be_hidden()
    page.get_by_role("button", name="Older posts").click()
    expect(posts(page)).to_have_count(100)
    assert numbers(page) == [*range(259, 200, -1), *range(119, 78, -1)]


@pytest.mark.parametrize(("action", "status"), [("list", 503), ("list", 429), ("unsubscribe_from_posts", 503)])
def test_no_old_list_stands_under_a_new_hashtag_when_the_server_refuses(
    page: Page, fill: Fill, action: str, status: int
) -> None:
    fill(200, more="#cats")
    wire = FeedWire(page)
    page.reload()
    expect_live(page)
    wire.wrong = [(action, status)]
    page.get_by_label("Follow a hashtag").fill("cats")
    page.keyboard.press("Enter")
    expect(posts(page)).to_have_count(1)
    expect_live(page)
    assert wire.wrong == []


@pytest.mark.parametrize("action", ["list", "subscribe_to_posts", "unsubscribe_from_hashtag"])
def test_all_posts_come_after_the_last_hashtag_also_when_the_server_refuses(
    page: Page, fill: Fill, action: str
) -> None:
    wire = FeedWire(page)
    page.goto(f"{page.url}?hashtag=cats")
    expect_live(page)
    wire.wrong = [(action, 503)]
    page.get_by_role("button", name="Do not follow #cats any more").press("Enter")
    expect(posts(page)).to_have_count(SHOWN)
    expect_live(page)
    assert wire.wrong == []
    fill(200)
    expect(page.get_by_role("button", name="1 new post")).to_be_visible()


def test_all_hashtags_that_may_be_followed_are_again_after_a_reload_and_no_more(page: Page, fill: Fill) -> None:
    wire = FeedWire(page)
    fill(200, more="#tag20")
    page.goto(page.url + "?" + "&".join(f"hashtag=tag{number}" for number in range(1, 20)))
    expect_live(page)
    wire.keeps, replies = "subscribe_to_hashtag", wire.came.count("subscribe_to_hashtag")
    for name in ("tag20", "tag21"):
        page.get_by_label("Follow a hashtag").fill(name)
        page.keyboard.press("Enter")
    wire.wait_for("subscribe_to_hashtag", times=replies + 1)
    wire.release()
    expect(page.locator("#follow-note")).to_contain_text("At most 20 hashtags can be followed at once.")
    expect(page.locator("#followed > li")).to_have_count(20)
    wire.wrong = [("subscribe_to_hashtag", 429)]  # as when LIVE_CALLS_BURST is small
    opened = wire.opened
    page.reload()
    expect_live(page)
    assert (wire.opened, wire.wrong) == (opened + 1, [])
    expect(page.locator("#followed > li")).to_have_count(20)
    expect(posts(page)).to_have_count(1)


def test_who_has_too_many_pages_open_is_told_until_one_is_closed(page: Page) -> None:
    wire = FeedWire(page)
    wire.refuses, wire.code = True, 4429
    page.reload()
    expect(page.locator("#note")).to_contain_text("Too many pages of yours are open")
    wire.refuses = False
    expect_live(page)
    expect(page.locator("#note")).to_have_text("")
