"""The page of the feed from its first paint on, and the names of authors."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from client.feed.models import Post
from client.users.models import User
from tests.client.people import a_replica

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_redis")]

PATH, AUTHORS = "/feed/", "/feed/authors"


def state_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="state" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    state: dict[str, Any] = json.loads(found[1])
    return state


def bodies(page: str) -> list[str]:
    listed = page[page.index('<ol id="posts"') : page.index("</ol>")]
    return re.findall(r'<p class="body">(.*?)</p>', listed)


def authors(page: str) -> list[str]:
    listed = page[page.index('<ol id="posts"') : page.index("</ol>")]
    return re.findall(r'<span class="author">(.*?)</span>', listed)


def test_the_first_paint_has_the_newest_posts_of_all_or_of_hashtags(client: Client, ada: User) -> None:
    for number in range(60):
        Post.objects.create(author=ada, body=f"number {number} #{'Odd' if number % 2 else 'even'}")
    page = client.get(PATH).content.decode()
    assert bodies(page)[0] == "number 59 #Odd"
    assert len(bodies(page)) == 50
    page = client.get(PATH, {"hashtag": ["ODD", "#odd", "not one"]}).content.decode()
    assert bodies(page)[:2] == ["number 59 #Odd", "number 57 #Odd"]
    assert len(bodies(page)) == 30
    assert state_of(page)["followed"] == ["odd"]


@pytest.mark.parametrize(("topics", "most"), [(50, 20), (3, 3)])
def test_no_more_hashtags_are_followed_than_may_be_and_that_is_said(
    client: Client, settings: Settings, topics: int, most: int
) -> None:
    settings.LIVE_TOPICS_A_WINDOW = topics
    names = [f"tag{number}" for number in range(most)]
    page = client.get(PATH, {"hashtag": ["#TAG0", *names]}).content.decode()
    assert state_of(page)["followed"] == names
    assert state_of(page)["most_followed"] == most
    assert "of this address are followed" not in page
    page = client.get(PATH, {"hashtag": [*names, "more"]}).content.decode()
    assert state_of(page)["followed"] == names
    assert f"Only the first {most} hashtags of this address are followed." in page


def test_names_are_for_those_who_are_signed_in(client: Client, browser: Client, ada: User) -> None:
    bob = a_replica("bob")
    Post.objects.create(author=ada, body="hers")
    Post.objects.create(author=bob, body="his")
    page = browser.get(PATH).content.decode()
    assert authors(page) == ["bob", "You"]
    assert state_of(page)["names"] == {str(ada.pk): "ada", str(bob.pk): "bob"}
    page = client.get(PATH).content.decode()
    assert authors(page) == [f"User {bob.pk}", f"User {ada.pk}"]
    assert state_of(page)["names"] == {}
    assert not re.search(r"\bada\b", page)  # a nonce may have these letters among others
    assert browser.get(AUTHORS, {"pk": [str(bob.pk), "x", "9" * 30, str(bob.pk + 1000)]}).json() == {str(bob.pk): "bob"}
    assert client.get(AUTHORS, {"pk": bob.pk}).status_code == 302


def test_what_is_written_is_no_markup(client: Client, ada: User) -> None:
    Post.objects.create(author=ada, body="<script>alert(1)</script>")
    page = client.get(PATH).content.decode()
    assert bodies(page) == ["&lt;script&gt;alert(1)&lt;/script&gt;"]


def test_it_is_only_read_never_kept_and_runs_scripts_by_nonce(client: Client) -> None:
    assert client.post(PATH).status_code == 405
    answer = client.get(PATH)
    assert "no-store" in answer.headers["Cache-Control"]
    nonce = re.search(r"script-src 'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    assert nonce
    assert f'nonce="{nonce[1]}"' in answer.content.decode()


def test_who_is_signed_in_has_it_in_the_navigation(client: Client, browser: Client) -> None:
    assert b'<a href="/feed/"' in browser.get("/").content
    assert b'id="write"' in browser.get(PATH).content
    assert b'id="write"' not in client.get(PATH).content
