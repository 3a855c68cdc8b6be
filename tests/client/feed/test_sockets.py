"""The feed's sockets: who is let in, and when they go."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import Client
from prometheus_client import REGISTRY

from client.feed.models import Post
from client.live.revoke import close_windows, user_group
from client.live.topics import user_key
from client.users.models import Session, User
from tests.client.feed.conftest import Socket, later
from tests.client.live.windows import in_thread, window_of
from tests.client.people import incoming, replicate

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]

SIGNED_OUT = 4401


def opened(by: str) -> float:
    return REGISTRY.get_sample_value("feed_sockets", {"by": by}) or 0.0


@pytest.mark.parametrize(
    ("options", "is_in"),
    [
        ({}, True),
        ({"origin": None}, False),
        ({"origin": "http://elsewhere.example"}, False),
        ({"origin": "https://testserver"}, False),
        ({"host": "elsewhere.example", "origin": "http://elsewhere.example"}, False),
        ({"path": "/ws/feed"}, False),
        ({"path": "/ws/feed/more"}, False),
    ],
)
def test_only_pages_of_this_host_get_in(options: dict[str, Any], is_in: bool, browser: Client, ada: User) -> None:
    @async_to_sync
    async def run() -> None:
        socket = Socket(browser, **options)
        assert await socket.open() == is_in
        if is_in:
            assert await socket.ask("whoami") == (200, {"user": ada.pk})
            await socket.leave()

    run()


def test_other_sockets_are_still_windows(browser: Client) -> None:
    window = window_of(browser)

    @async_to_sync
    async def run() -> None:
        assert await window.open()
        assert await window.usable()
        await window.leave()

    run()


def test_a_session_that_is_no_more_is_nobodys(browser: Client) -> None:
    Session.objects.all().delete()
    before = opened("anybody")

    @async_to_sync
    async def run() -> None:
        socket = Socket(browser)
        assert await socket.open()
        assert opened("anybody") == before + 1
        assert await socket.ask("whoami") == (200, {"user": None})
        assert (await socket.ask("create", data={"body": "a"}))[0] == 401
        await socket.leave()

    run()
    assert opened("anybody") == before


@pytest.mark.parametrize("key", ["", '"\\000"', "x" * 4000, "é", "a b", "'; --"])
def test_a_cookie_that_is_no_session_is_nobodys(key: str) -> None:
    @async_to_sync
    async def run() -> None:
        socket = Socket(cookies=f"{settings.SESSION_COOKIE_NAME}={key}")
        assert await socket.open()
        assert await socket.ask("whoami") == (200, {"user": None})
        await socket.leave()

    run()


Ending = Callable[[User], object]
ENDINGS: dict[str, Ending] = {
    "signed out": lambda user: close_windows([user_group(user_key(user))]),
    "deactivated on master": lambda user: replicate(incoming("ada", is_active=False), told=True),
    "deleted on master": lambda user: replicate(incoming("ada", deleted=True), told=True),
}


@pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
def test_it_closes_when_its_user_may_be_here_no_more(end: Ending, browser: Client, ada: User) -> None:
    @async_to_sync
    async def run() -> None:
        socket, stranger = Socket(browser), Socket()
        assert await socket.open()
        assert await stranger.open()
        assert (await socket.ask("subscribe_to_posts"))[0] == 201
        await later(end, ada)
        assert await socket.code_after_all() == SIGNED_OUT
        assert (await stranger.ask("list"))[0] == 200
        await stranger.leave()

    run()


def test_who_writes_is_judged_as_he_is_at_that_moment(browser: Client) -> None:
    @async_to_sync
    async def run() -> None:
        socket = Socket(browser)
        await socket.open()
        await in_thread(User.objects.filter(username="ada").update, password="!")  # of which nobody is told
        await socket.send(json.dumps({"action": "create", "request_id": 1, "data": {"body": "a"}}))
        assert await socket.close_code() == SIGNED_OUT

    run()
    assert not Post.objects.exists()
