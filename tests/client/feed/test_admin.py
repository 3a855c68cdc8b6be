"""Posts in the admin: whoever may, changes anybody's, and followers see it."""

import re

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.urls import reverse

from client.feed.models import Post
from client.users.models import User
from tests.client.feed.conftest import Socket, later
from tests.client.people import a_replica

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]


@pytest.fixture
def office() -> Client:
    """Return a superuser's browser."""
    client = Client()
    client.force_login(
        User.objects.create_superuser("root", password="x"), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_a_post_is_changed_and_many_are_deleted_there(office: Client, ada: User) -> None:
    post = Post.objects.create(author=ada, body="old")
    change = reverse("admin:feed_post_change", args=[post.pk])
    posts = reverse("admin:feed_post_changelist")
    delete = {"action": "delete_selected", "_selected_action": [post.pk], "post": "yes"}

    @async_to_sync
    async def run() -> None:
        socket = Socket()
        await socket.open()
        await socket.ask("subscribe_to_hashtag", hashtag="new")
        assert (await later(office.post, change, {"body": "#new", "author": ada.pk})).status_code == 302
        assert await socket.event() == ("create", post.pk, "#new")
        assert (await later(office.post, posts, delete)).status_code == 302
        assert await socket.event() == ("delete", post.pk, "#new")
        await socket.leave()

    run()


def test_lines_stay_lines(office: Client, ada: User) -> None:
    post = Post.objects.create(author=ada, body="one\ntwo")
    bob = a_replica("bob")
    change = reverse("admin:feed_post_change", args=[post.pk])
    assert re.search(r'<textarea name="body"[^>]*maxlength="256"[^>]*>\s*one\ntwo</textarea>', page_of(office, change))
    answer = office.post(change, {"body": "one\r\ntwo", "author": bob.pk})  # as browsers send it
    assert answer.status_code == 302
    post.refresh_from_db()
    assert (post.body, post.author_id) == ("one\ntwo", bob.pk)


def test_what_is_as_long_as_it_may_be_can_be_saved_again(office: Client, ada: User) -> None:
    post = Post.objects.create(author=ada, body="a\n" * 127 + "ab")
    change = reverse("admin:feed_post_change", args=[post.pk])
    body = post.body.replace("\n", "\r\n")
    assert office.post(change, {"body": body, "author": ada.pk}).status_code == 302
    assert office.post(change, {"body": f"{body}c", "author": ada.pk}).status_code == 200  # with what is wrong


def page_of(office: Client, path: str) -> str:
    return office.get(path).content.decode()


def test_its_list_can_be_searched(office: Client, ada: User) -> None:
    Post.objects.create(author=ada, body="something")
    assert b"something" in office.get(reverse("admin:feed_post_changelist"), {"q": "thing"}).content
