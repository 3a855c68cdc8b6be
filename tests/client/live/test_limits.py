"""What one browser may ask of a web process, and what it hears when it asks for more."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.test import Client
from prometheus_client import REGISTRY
from pytest_django import Settings

from client.live.calls import MAX_CALL
from client.live.topics import DIRECTORY
from tests.client.live.test_hub import Person
from tests.client.live.windows import Window, window_of
from tests.client.people import a_replica

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]

HELLO = "--heartbeat--"


@pytest.fixture
def ada() -> Client:
    """Return a browser in which somebody is signed in."""
    browser = Client()
    browser.force_login(a_replica("ada"), backend="django.contrib.auth.backends.ModelBackend")
    return browser


def counted(name: str, **labels: str) -> float:
    """Return the value of a metric."""
    return REGISTRY.get_sample_value(name, labels) or 0


def codes_of(*windows: Window) -> list[int | None]:
    """Open windows one after the other and together; return with which codes they are closed at once."""

    @async_to_sync
    async def run() -> list[int | None]:
        codes = []
        for each in windows:
            assert await each.open()
            codes.append(None if await each.silent() else await each.close_code())
        for each in windows:
            await each.leave()
        return codes

    return run()


@pytest.mark.parametrize("letter", ["y", "é"])
def test_too_big_a_frame_is_answered_and_closes(ada: Client, letter: str) -> None:
    window, before = window_of(ada), counted("live_calls_refused_total", reason="oversize")

    @async_to_sync
    async def run() -> int:
        assert await window.open()
        text = letter * (MAX_CALL // len(letter))
        await window.call("users.snapshot", x=text)
        assert await window.receive() == ("live.refused", {"signal": "", "reason": "oversize"})
        code = await window.close_code()
        await window.leave()
        return code

    assert run() == 4413
    assert counted("live_calls_refused_total", reason="oversize") == before + 1


def test_who_says_too_much_is_refused_and_closed_when_he_goes_on(ada: Client, settings: Settings) -> None:
    settings.LIVE_CALLS_A_SECOND, settings.LIVE_CALLS_BURST = 0, 3
    window, before = window_of(ada), counted("live_windows_closed_total", code="4429")

    @async_to_sync
    async def run() -> list[Any]:
        assert await window.open()
        for _ in range(8):
            await window.send(HELLO)
        heard = [(await window.receive())[0] for _ in range(3 + 4)]
        code = await window.close_code()
        await window.leave()
        return [*heard, code]

    assert run() == ["live.pong"] * 3 + ["live.refused"] * 4 + [4429]
    assert counted("live_windows_closed_total", code="4429") == before + 1


def test_a_sign_of_life_tells_of_gaps(ada: Client) -> None:
    window, before = window_of(ada), counted("live_gaps_total")

    @async_to_sync
    async def run() -> list[str]:
        assert await window.open()
        for frame in (HELLO, f"{HELLO} 3", f"{HELLO} 4000", f"{HELLO} -1"):
            await window.send(frame)
        heard = [(await window.receive())[0] for _ in range(4)]
        await window.leave()
        return heard

    assert run() == ["live.pong"] * 2 + ["live.refused"] * 2
    assert counted("live_gaps_total") == before + 3


def test_a_user_may_have_so_many_windows(ada: Client, settings: Settings) -> None:
    settings.LIVE_WINDOWS_A_USER = 2
    eve = Client()
    eve.force_login(a_replica("eve"), backend="django.contrib.auth.backends.ModelBackend")
    assert codes_of(*(window_of(browser) for browser in (ada, ada, ada, eve))) == [None, None, 4429, None]


def test_a_process_holds_so_many_windows(ada: Client, settings: Settings) -> None:
    settings.LIVE_WINDOWS_A_PROCESS = 1
    assert codes_of(window_of(ada), window_of(ada)) == [None, 1013]


def test_a_window_has_so_many_topics_when_it_connects(ada: Client, settings: Settings) -> None:
    window = window_of(ada)
    settings.LIVE_TOPICS_A_WINDOW = 3
    assert codes_of(window) == [4403]


def test_a_page_with_too_many_topics_is_its_authors_mistake(settings: Settings) -> None:
    settings.LIVE_TOPICS_A_WINDOW = 3
    with pytest.raises(ImproperlyConfigured, match="LIVE_TOPICS_A_WINDOW"):
        Person("bob").loads(DIRECTORY)


def test_a_page_with_a_topic_that_no_rule_allows_gets_no_key() -> None:
    with pytest.raises(PermissionDenied, match="no rule"):
        Person("bob").loads("test.secret")


def test_open_windows_are_counted(ada: Client) -> None:
    before = counted("live_windows")
    window = window_of(ada)

    @async_to_sync
    async def run() -> float:
        assert await window.open()
        during = counted("live_windows")
        await window.leave()
        return during

    assert run() == before + 1
    assert counted("live_windows") == before
