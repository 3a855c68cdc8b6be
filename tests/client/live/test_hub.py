"""The hub: one subscription for a topic, and every window of it hears."""

from collections.abc import Callable
from typing import Any

import pytest
import redis
from asgiref.sync import async_to_sync
from df_websockets.tasks import BROADCAST, USER, WINDOW, set_websocket_topics, trigger
from df_websockets.window_info import WindowInfo
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client, RequestFactory

from client.live import hub as hubs
from client.live.handing import Caller
from client.live.hearing import heard_by, heard_by_prefix
from client.live.hub import hub
from client.live.judging import Claim, judge_now
from client.live.listeners import listened
from client.live.middleware import WindowMiddleware
from client.live.pages import window_address
from client.live.push import push
from client.live.revoke import judge_windows, user_group
from client.live.topics import DIRECTORY, user_topic
from client.users.models import Session, User
from tests.client.live.windows import Window, in_thread, session_of, window_of
from tests.client.people import a_replica, uid_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]

ANY = "test.any"


class Person:
    """Somebody who is signed in, with pages that listen to whatever a test wants."""

    def __init__(self, name: str) -> None:
        self.user = a_replica(name)
        self.browser = Client()
        self.browser.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")

    def loads(self, *topics: Any) -> tuple[Window, WindowInfo]:
        """Load a page whose view sets topics; return its window, and what a signal it calls is given."""
        request: Any = RequestFactory().get("/")
        WindowMiddleware(lambda _: None).process_request(request)
        request.user, request.session = self.user, self.session
        set_websocket_topics(request, *topics)
        window = Window(window_address(request), session=session_of(self.browser))
        return window, WindowInfo.from_request(request)

    @property
    def session(self) -> SessionBase:
        return self.browser.session


@pytest.fixture
def ada() -> Person:
    """Return a person."""
    return Person("ada")


@pytest.fixture
def eve() -> Person:
    """Return another person."""
    return Person("eve")


@pytest.fixture
def _anybody_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everybody hear the test's own topics."""
    monkeypatch.setattr("client.live.hearing._rules", {})
    monkeypatch.setattr("client.live.hearing._prefix_rules", {})
    heard_by(ANY)(lambda user: True)
    heard_by_prefix("-users.user.")(lambda user, pk: True)


def hear(windows: list[Window], ears: list[bool], tell: Callable[[], object]) -> None:
    """Open windows; those that have ears hear what is told, and the others nothing."""

    @async_to_sync
    async def run() -> None:
        for each in windows:
            assert await each.open()
        await in_thread(tell)
        for each, has_ears in sorted(zip(windows, ears, strict=True), key=lambda pair: not pair[1]):
            assert (await each.receive())[0] == "test.told" if has_ears else await each.silent()
        for each in windows:
            await each.leave()

    run()


def test_what_is_said_to_a_window_is_heard_there_only(ada: Person) -> None:
    (one, info), (other, _) = ada.loads(), ada.loads()
    hear([one, other], [True, False], lambda: trigger(info, "test.told", to=[WINDOW]))


def test_what_is_said_to_a_user_is_heard_in_all_of_his_windows(ada: Person, eve: Person) -> None:
    (one, info), (two, _), (other, _) = ada.loads(), ada.loads(), eve.loads()
    hear([one, two, other], [True, True, False], lambda: trigger(info, "test.told", to=[USER]))


def test_what_is_said_to_everybody_is_heard_by_all(ada: Person, eve: Person) -> None:
    (one, _), (other, _) = ada.loads(), eve.loads()
    hear([one, other], [True, True], lambda: trigger(None, "test.told", to=[BROADCAST]))


@pytest.mark.usefixtures("_anybody_hears")
def test_any_topic_is_heard_by_the_windows_that_have_it(ada: Person, eve: Person) -> None:
    (one, _), (two, _), (other, _) = ada.loads(ANY), eve.loads(ANY), eve.loads()
    hear([one, two, other], [True, True, False], lambda: trigger(None, "test.told", to=[ANY]))


@pytest.mark.usefixtures("_anybody_hears")
def test_who_watches_a_users_row_hears_of_the_row_and_the_user_does_not(ada: Person, eve: Person) -> None:
    (watches, _), (own, _) = eve.loads(ada.user), ada.loads()
    hear([watches, own], [True, False], lambda: trigger(None, "test.told", to=[ada.user]))


def test_a_signal_of_a_browser_is_answered_in_its_window(ada: Person) -> None:
    """The window info that a worker makes of a task's arguments leads to the same window."""
    window, info = ada.loads()
    caller = Caller(window_key=info.window_key, user_pk=str(ada.user.pk), user_agent="", language_code="en")
    again = WindowInfo.from_dict({"window_key": caller.window_key, "user_pk": caller.user_pk})
    hear([window], [True], lambda: trigger(again, "test.told", to=[WINDOW]))


def subscriptions(url: str, topic: str) -> int:
    """Return how many connections are subscribed to a topic."""
    (name,) = [channel for channel in redis.Redis.from_url(url).pubsub_channels() if topic.encode() in channel]
    return int(redis.Redis.from_url(url).pubsub_numsub(name)[0][1])


def test_a_topic_is_subscribed_once_and_let_go_after_its_last_window(ada: Person, eve: Person, on_redis: str) -> None:
    windows = [window_of(ada.browser, "/directory/"), window_of(eve.browser, "/directory/")]

    @async_to_sync
    async def run() -> None:
        for each in windows:
            assert await each.open()
        group = next(topic.group for topic in hub().topics.values() if len(topic.windows) == 2)
        assert await in_thread(subscriptions, on_redis, group) == 1
        await windows[0].leave()
        assert await in_thread(listened, [DIRECTORY]) == {DIRECTORY}
        await windows[1].leave()
        await until_released()
        assert await in_thread(listened, [DIRECTORY, user_topic(uid_of("ada"))]) == frozenset()
        assert (hub().topics, hub().windows, dict(hub().groups)) == ({}, set(), {})

    run()


async def until_released() -> None:
    """Wait until the hub has let go of what nobody hears."""
    releasing = hub()._releasing
    if releasing is not None:
        await releasing


def test_a_topic_that_is_wanted_again_at_once_is_heard(ada: Person) -> None:
    first, second = window_of(ada.browser, "/directory/"), window_of(ada.browser, "/directory/")

    @async_to_sync
    async def run() -> None:
        assert await first.open()
        await first.leave()
        assert await second.open()
        await until_released()
        await in_thread(push, DIRECTORY, "test.told")
        assert (await second.receive())[0] == "test.told"
        await second.leave()

    run()


@pytest.mark.parametrize(
    "take_away",
    [
        lambda: Session.objects.all()._raw_delete("default"),
        lambda: User.objects.filter(uid=None).update(is_active=False),
        lambda: User.objects.filter(uid=None).update(password="!another"),
    ],
    ids=["session", "is_active", "password"],
)
def test_what_nobody_was_told_of_is_found_by_the_check(
    take_away: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "CHECK_SECONDS", 0.05)
    local = User.objects.create_user("local")
    browser = Client()
    browser.force_login(local, backend="django.contrib.auth.backends.ModelBackend")
    window = window_of(browser)

    @async_to_sync
    async def run() -> None:
        assert await window.open()
        await in_thread(take_away)
        assert await window.close_code() == 4401
        await window.leave()

    run()


def test_the_check_asks_one_query_for_all_windows(ada: Person, eve: Person, django_assert_num_queries: Any) -> None:
    claims = [
        Claim(
            user_pk=str(person.user.pk),
            session_key=session_of(person.browser),
            window_key="w",
            topics=("-str." + DIRECTORY, "-str.users.email", "-str.replication"),
        )
        for person in (ada, eve)
        for _ in range(3)
    ]
    with django_assert_num_queries(1):
        codes = [judgement.code for judgement in judge_now(claims)]
    assert codes == [4408] * 6


def test_a_message_that_cannot_be_read_makes_no_process_deaf(ada: Person, on_redis: str) -> None:
    window, _ = ada.loads(DIRECTORY)

    @async_to_sync
    async def run() -> None:
        assert await window.open()
        with redis.Redis.from_url(on_redis) as server:
            for channel in server.pubsub_channels("*__group__*"):
                assert server.publish(channel, b"\xc1 is no message") == 1
        await in_thread(push, DIRECTORY, "test.told")
        assert (await window.receive())[0] == "test.told"
        await window.leave()

    run()


def test_who_is_revoked_is_not_known_any_more(ada: Person) -> None:
    window, _ = ada.loads(DIRECTORY)

    @async_to_sync
    async def run() -> list[bool]:
        assert await window.open()
        known = [hub().users.get(str(ada.user.pk), hub().loop.time()) is not None]
        await in_thread(judge_windows, [user_group("nobody")])
        await in_thread(push, DIRECTORY, "test.told")  # what comes after it
        assert (await window.receive())[0] == "test.told"
        known.append(hub().users.get(str(ada.user.pk), hub().loop.time()) is not None)
        await window.leave()
        return known

    assert run() == [True, False]


def test_an_answer_to_a_sign_of_life_has_the_numbers_of_the_windows_topics(ada: Person) -> None:
    window, _ = ada.loads(DIRECTORY)

    @async_to_sync
    async def run() -> None:
        assert await window.open()
        await in_thread(push, DIRECTORY, "test.told")
        _, told = await window.receive()
        await window.send("--heartbeat--")
        assert await window.receive() == ("live.pong", {"n": {DIRECTORY: told["n"]}})
        await in_thread(push, DIRECTORY, "test.told")
        await window.receive()
        await window.send("--heartbeat--")
        assert await window.receive() == ("live.pong", {"n": {DIRECTORY: told["n"]}})  # a little old is good enough
        await window.leave()

    run()
