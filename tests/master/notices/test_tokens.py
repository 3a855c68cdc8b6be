"""Who is given a token, and that none of master's pages takes one as a sign-in."""

import time

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings
from sesame.utils import get_query_string, get_token, get_user

from master.notices.rights import member_of
from tests.master.notices.serving import member

pytestmark = pytest.mark.django_db


def test_staff_is_given_a_token_for_the_server(client: Client) -> None:
    ada = member("ada", "view_user")
    client.force_login(ada)
    answer = client.get(reverse("notices:token"))
    assert "no-store" in answer["Cache-Control"]
    given = answer.json()
    found = member_of(given["token"])
    assert found
    assert (found.pk, found.username) == (ada.pk, "ada")
    assert given["address"] == "ws://testserver:8003/"


def test_the_address_is_the_one_that_is_set(client: Client, settings: Settings) -> None:
    settings.NOTICES_URL = "wss://users.example.org/notices/socket"
    client.force_login(member("ada"))
    assert client.get(reverse("notices:token")).json()["address"] == "wss://users.example.org/notices/socket"


@pytest.mark.parametrize("fields", [{"is_staff": False}, {"is_active": False}])
def test_others_are_given_none(client: Client, fields: dict[str, bool]) -> None:
    assert client.get(reverse("notices:token")).status_code == 403
    client.force_login(member("ada", **fields))
    answer = client.get(reverse("notices:token"))
    assert (answer.status_code, "token" in answer.json()) == (403, False)


def test_a_token_is_good_for_thirty_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    made = int(time.time())
    clock = [made]
    monkeypatch.setattr("sesame.tokens_v2.time.time", lambda: clock[0])
    token = get_token(member("ada"))
    clock[0] = made + 29
    assert member_of(token)
    clock[0] = made + 30
    assert member_of(token) is None


def test_master_takes_no_token_as_a_sign_in(client: Client) -> None:
    ada = member("ada", is_superuser=True)
    token = get_token(ada)
    assert member_of(token)
    assert authenticate(HttpRequest(), sesame=token) is None
    assert get_user(RequestFactory().get("/", {"sesame": token})) is None
    for name in ("admin:index", "admin:login", "notices:token"):
        client.get(reverse(name) + get_query_string(ada))
        client.post(reverse(name), {"sesame": token, "username": "ada", "password": token})
        assert "_auth_user_id" not in client.session
    assert not [each for each in (*settings.AUTHENTICATION_BACKENDS, *settings.MIDDLEWARE) if "sesame" in each]
