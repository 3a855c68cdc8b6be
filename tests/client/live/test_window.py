"""The socket of a window: who is let in, what he hears, what he may say."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from df_websockets.testing import SignalQueue
from django.core.cache import cache
from django.test import Client
from prometheus_client import REGISTRY
from pytest_django import Settings

from client.live import keys
from client.live.hub import Hub
from client.live.origins import is_from_here
from client.live.push import push
from client.live.revoke import close_windows, user_group
from client.live.tasks import call_signals
from client.live.topics import DIRECTORY, user_topic
from client.users.models import Session, User
from tests.client.live.conftest import Sent
from tests.client.live.windows import Window, address_of, in_thread, session_of, window_of
from tests.client.people import a_replica, uid_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]

Browser = Callable[[User], Client]


@pytest.fixture
def browser() -> Browser:
    """Return a maker of signed-in browsers."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def test_a_window_hears_its_own_topic(browser: Browser) -> None:
    window = window_of(browser(a_replica("ada")))

    @async_to_sync
    async def run() -> None:
        assert await window.open()
        await in_thread(push, user_topic(uid_of("ada")), "test.told", x=1)
        signal, opts = await window.receive()
        assert (signal, opts["x"], opts["topic"]) == ("test.told", 1, user_topic(uid_of("ada")))
        await window.leave()

    run()


def test_a_user_never_hears_another_whatever_key_and_cookie_he_sends(browser: Browser) -> None:
    ada, eve = browser(a_replica("ada")), browser(a_replica("eve"))
    address_of_ada, address_of_eve = address_of(ada.get("/").content), address_of(eve.get("/").content)
    theirs = "dfwskey=x; dfwsurl=x"
    eves = [
        Window(address_of_eve, session=session_of(eve), cookies=theirs),
        Window(address_of_ada, session=session_of(eve), cookies=theirs),
        Window(address_of_ada, session="", cookies=theirs),
        Window(address_of_ada, session="made-up"),
        Window("/ws/?window=" + uid_of("ada"), session=session_of(eve)),
        Window("/ws/", session=session_of(eve)),
    ]

    @async_to_sync
    async def run() -> None:
        assert [await each.open() for each in eves] == [True] * 6
        assert [await each.close_code() for each in eves[1:]] == [4401] * 5
        await in_thread(push, user_topic(uid_of("ada")), "test.told")
        assert all([await each.silent() for each in eves])
        await in_thread(push, user_topic(uid_of("eve")), "test.told")
        assert (await eves[0].receive())[0] == "test.told"
        for each in eves:
            await each.leave()

    run()


def test_a_key_left_over_opens_nothing_in_a_later_session_of_the_same_user(browser: Browser) -> None:
    user = a_replica("ada")
    before = address_of(browser(user).get("/").content)
    assert code_for(Window(before, session=session_of(browser(user)))) == 4401


def test_a_page_of_another_site_gets_no_socket(browser: Browser) -> None:
    ada = browser(a_replica("ada"))
    address = address_of(ada.get("/").content)

    @async_to_sync
    async def run(origin: str | None, host: str | None = "testserver", scheme: str = "ws") -> bool:
        return await Window(address, session=session_of(ada), origin=origin, host=host, scheme=scheme).open()

    assert not run("https://evil.example")
    assert not run("http://testserver.evil.example")
    assert not run("http://sub.testserver")
    assert not run("http://localhost")  # ours, but of another host than the socket's
    assert not run("http://testserver:8001")  # another project's
    assert not run("https://testserver")
    assert not run("http://testserver", scheme="wss")
    assert not run("null")
    assert not run("http://[")
    assert not run("http://testserver:port")
    assert not run("ftp://testserver")
    assert not run(None)
    assert not run("http://testserver", host="evil.example")
    assert not run("http://testserver", host=None)
    assert run("http://testserver")
    assert run("http://testserver:80")
    assert run("http://testserver:8000", host="testserver:8000")
    assert run("https://testserver", scheme="wss")


def test_pages_of_trusted_origins_get_sockets(browser: Browser, settings: Settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["capacitor://localhost", "https://*.example.org", "http://other:8000"]
    ada = browser(a_replica("ada"))
    address = address_of(ada.get("/").content)

    @async_to_sync
    async def run(origin: str) -> bool:
        return await Window(address, session=session_of(ada), origin=origin).open()

    assert run("https://pages.example.org")
    assert run("http://other:8000")
    assert run("capacitor://localhost")
    assert not run("http://other")
    assert not run("http://pages.example.org")
    assert not run("https://example.org.evil.example")


def test_behind_a_proxy_that_ends_tls_pages_are_of_https(settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    headers = {"host": "testserver", "origin": "https://testserver"}
    assert is_from_here({**headers, "x-forwarded-proto": "https"}, scheme="ws")
    assert not is_from_here(headers, scheme="ws")


def code_for(window: Window) -> int:
    @async_to_sync
    async def run() -> int:
        await window.open()
        code = await window.close_code()
        await window.leave()
        return code

    return run()


def test_a_window_whose_topics_redis_has_lost_is_told_to_load_again(browser: Browser) -> None:
    window = window_of(browser(a_replica("ada")))
    cache.clear()
    assert code_for(window) == 4408


def test_a_window_with_an_old_key_is_told_to_load_again(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    window = window_of(browser(a_replica("ada")))
    monkeypatch.setattr(keys, "KEY_SECONDS", -1)
    assert code_for(window) == 4408


def test_who_is_deactivated_meanwhile_is_not_let_in(browser: Browser) -> None:
    window = window_of(browser(User.objects.create_user("local")))
    User.objects.update(is_active=False)
    assert code_for(window) == 4401


def test_whose_session_is_over_meanwhile_is_not_let_in(browser: Browser) -> None:
    window = window_of(browser(a_replica("ada")))
    Session.objects.all().delete()
    assert code_for(window) == 4401


def test_who_is_signed_out_while_his_socket_opens_is_not_let_in(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the session and the subscription: the window is in its groups before the last look."""
    window, join = window_of(browser(a_replica("ada"))), Hub.join

    async def sign_out_and_join(hub: Hub, *arguments: Any) -> None:
        await in_thread(Session.objects.all().delete)
        await join(hub, *arguments)

    monkeypatch.setattr(Hub, "join", sign_out_and_join)
    assert code_for(window) == 4401


def test_the_windows_of_a_user_can_be_closed(browser: Browser) -> None:
    ada = browser(a_replica("ada"))
    windows, other = (
        [window_of(ada), window_of(ada, "/directory/")],
        window_of(browser(a_replica("eve")), "/directory/"),
    )

    @async_to_sync
    async def run() -> None:
        for each in [*windows, other]:
            assert await each.open()
        await in_thread(close_windows, [user_group(uid_of("ada"))])
        assert [await each.close_code() for each in windows] == [4401, 4401]
        await in_thread(push, DIRECTORY, "test.told")
        assert (await other.receive())[0] == "test.told"
        assert await windows[1].silent()
        for each in [*windows, other]:
            await each.leave()

    run()


def test_signing_out_closes_the_other_tabs_of_the_session_only(browser: Browser) -> None:
    user = a_replica("ada")
    here, there = browser(user), browser(user)
    tab, elsewhere = window_of(here), window_of(there)

    @async_to_sync
    async def run() -> None:
        assert await tab.open()
        assert await elsewhere.open()
        await in_thread(here.post, "/accounts/logout/")
        assert await tab.close_code() == 4401
        assert await elsewhere.usable()
        await tab.leave()
        await elsewhere.leave()

    run()


def refused(reason: str) -> float:
    return REGISTRY.get_sample_value("live_calls_refused_total", {"reason": reason}) or 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nonsense", "malformed"),
        ('{"signal": "users.snapshot", "opts": []}', "malformed"),
        ('{"signal": "users.snapshot", "opts": {}, "countdown": 60}', "delayed"),
        ('{"signal": "no.such", "opts": {}}', "unknown"),
        ('{"signal": "replication.apply", "opts": {"messages": []}}', "not_allowed"),
    ],
)
def test_what_a_browser_may_not_say_is_answered_logged_and_counted(
    browser: Browser, caplog: pytest.LogCaptureFixture, text: str, reason: str
) -> None:
    ada = a_replica("ada")
    window, before = window_of(browser(ada)), refused(reason)

    @async_to_sync
    async def run() -> None:
        assert await window.open()
        await window.send(text)
        signal, opts = await window.receive()
        assert (signal, opts["reason"]) == ("live.refused", reason)
        assert await window.usable()
        await window.leave()

    with SignalQueue() as queue, caplog.at_level(logging.WARNING, "client.live"):
        run()
    assert queue.python_signals == {}
    assert refused(reason) == before + 1
    said = [record for record in caplog.records if record.name.startswith("client.live")]
    assert [(vars(record)["reason"], vars(record)["user.id"]) for record in said] == [(reason, str(ada.uid))]


def test_a_binary_frame_is_refused(browser: Browser) -> None:
    window = window_of(browser(a_replica("ada")))

    @async_to_sync
    async def run() -> None:
        assert await window.open()
        await window.send(b"\xff")
        assert await window.receive() == ("live.refused", {"signal": "", "reason": "malformed"})
        assert await window.usable()
        await window.leave()

    run()


def test_a_call_goes_to_a_worker_with_who_calls_and_without_cookies(browser: Browser, handed_over: Sent) -> None:
    ada = a_replica("ada")
    window = window_of(browser(ada))

    @async_to_sync
    async def run() -> None:
        assert await window.open()
        await window.call("users.snapshot", view="you", ask=1)
        assert await window.usable()
        await window.leave()

    run()
    [(queue, [[_, [signal, window_info, kwargs, from_client, *_]]], _)] = handed_over
    assert (queue, signal, kwargs, from_client) == ("fast", "users.snapshot", {"view": "you", "ask": 1}, True)
    assert (window_info["user_pk"], window_info["csrf_cookie"]) == (str(ada.pk), "")
    assert json.dumps(window_info)


def test_a_call_that_no_broker_takes_makes_the_browser_come_again(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = window_of(browser(a_replica("ada")))

    def broken(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(call_signals, "apply_async", broken)

    @async_to_sync
    async def run() -> int:
        assert await window.open()
        await window.call("users.snapshot", view="you", ask=1)
        code = await window.close_code()
        await window.leave()
        return code

    assert run() == 1013


def test_an_outage_of_redis_is_a_close_and_one_line_in_the_log(
    browser: Browser, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    window = window_of(browser(a_replica("ada")))
    settings.CHANNEL_LAYERS = {"default": settings.REDIS_CHANNEL_LAYER}  # where nothing listens

    @async_to_sync
    async def run() -> int:
        assert await window.open()
        return await window.close_code()

    with caplog.at_level(logging.WARNING, "client.live"):
        assert run() == 1013
    assert [record.message for record in caplog.records if record.name.startswith("client.live")] == ["window lost"]
