"""A new SECRET_KEY, with the old one among the fallbacks, signs nobody out and stops no open page."""

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings
from sesame.utils import get_query_string

from client.live import keys
from client.live.frames import REFRESH, SIGNED_OUT
from tests.client.live.windows import Window, address_of, in_thread, session_of, window_of
from tests.client.people import a_replica

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]

NEW = "the-new-key-" + "n" * 50


@pytest.fixture
def browser() -> Client:
    browser = Client()
    browser.force_login(a_replica("ada"), backend="django.contrib.auth.backends.ModelBackend")
    return browser


def change(settings: Settings, *, known: bool = False) -> None:
    """Change SECRET_KEY as docs/security.md says; one that somebody knows is believed no more."""
    settings.SECRET_KEY_FALLBACKS = [] if known else [settings.SECRET_KEY]
    settings.SECRET_KEY = NEW


def code_of(window: Window) -> int:
    async def code() -> int:
        assert await window.open()
        return await window.close_code()

    return async_to_sync(code)()


@async_to_sync
async def is_open(window: Window) -> bool:
    usable = await window.open() and await window.usable()
    await window.leave()
    return usable


def test_an_open_page_connects_again(browser: Client, settings: Settings) -> None:
    window = window_of(browser)
    change(settings)
    assert is_open(window)


def test_a_session_goes_on_and_a_page_of_before_is_loaded_again(browser: Client, settings: Settings) -> None:
    address, before = address_of(browser.get("/").content), session_of(browser)
    change(settings)
    assert browser.get("/").status_code == 200
    assert session_of(browser) != before, "Django gives the session a new key"
    assert code_of(Window(address, session=session_of(browser))) == REFRESH
    assert is_open(window_of(browser))


@pytest.mark.parametrize("path", ["/", "/accounts/logout/"])
def test_other_pages_are_loaded_again_when_one_gives_the_session_another_key(
    browser: Client, settings: Settings, path: str
) -> None:
    window = window_of(browser)
    change(settings)

    @async_to_sync
    async def run() -> None:
        assert await window.open()
        assert await window.usable()
        await in_thread(browser.post if "logout" in path else browser.get, path)
        assert await window.code_after_all() == REFRESH

    run()


def test_a_sign_in_link_of_before_is_good(settings: Settings) -> None:
    link = get_query_string(a_replica("ada"))
    change(settings)
    assert Client().get(f"/accounts/link/{link}").status_code == 302


def test_without_the_old_one_everybody_is_signed_out(browser: Client, settings: Settings) -> None:
    window = window_of(browser)
    change(settings, known=True)
    assert code_of(window) == SIGNED_OUT
    assert browser.get("/").status_code == 302


def test_a_key_of_before_is_nobody_elses_either(settings: Settings) -> None:
    token = keys.issue(window="w1", user_pk=7, session_key="session")
    assert not keys.is_of_former_secret(token)
    change(settings)
    key = keys.read(token)
    assert keys.is_of_former_secret(token)
    assert (key.belongs_to(7, "session"), key.belongs_to(7, "another"), key.belongs_to(8, "session")) == (
        True,
        False,
        False,
    )


def test_another_persons_page_of_before_is_not_opened(browser: Client, settings: Settings) -> None:
    window_address = address_of(browser.get("/").content)
    other = Client()
    other.force_login(
        get_user_model().objects.create_superuser("root", password=None),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    change(settings)
    assert code_of(Window(window_address, session=session_of(other))) == REFRESH
