"""What one client signed opens nothing on another: each has a SECRET_KEY of its own."""

import pytest
from django.test import Client
from pytest_django import Settings
from sesame.utils import get_query_string

from client.live import keys
from client.users.models import User
from tests.client.people import a_replica

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_redis")]

OTHER = "the-key-of-another-client-" + "z" * 50


@pytest.fixture
def here() -> User:
    """Return a user whom both clients know, under the same primary key."""
    return a_replica("ada")


def test_a_session_of_another_client_is_none_here(here: User, settings: Settings) -> None:
    browser, own = Client(), settings.SECRET_KEY
    settings.SECRET_KEY = OTHER
    browser.force_login(here, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/").status_code == 200
    settings.SECRET_KEY = own
    answer = browser.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/")


def test_a_sign_in_link_of_another_client_is_refused_here(here: User, settings: Settings) -> None:
    own, settings.SECRET_KEY = settings.SECRET_KEY, OTHER
    link = get_query_string(here)
    settings.SECRET_KEY = own
    assert Client().get(f"/accounts/link/{link}").status_code == 403


def test_a_window_key_of_another_client_is_refused_here(settings: Settings) -> None:
    own, settings.SECRET_KEY = settings.SECRET_KEY, OTHER
    key = keys.issue(window="w1", user_pk=1, session_key="session")
    assert keys.read(key).window == "w1"
    settings.SECRET_KEY = own
    with pytest.raises(keys.KeyRefusedError):
        keys.read(key)


def test_clients_have_cookies_of_their_own_name(settings: Settings) -> None:
    assert f"{settings.APP_NAME}_sessionid" == settings.SESSION_COOKIE_NAME
    assert f"{settings.APP_NAME}_csrftoken" == settings.CSRF_COOKIE_NAME
    assert settings.CACHES["default"]["KEY_PREFIX"] == settings.APP_NAME
    assert settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] == f"{settings.APP_NAME}:channels"
