"""A client's requests are lines of the log, without what opens a session and without what a user is called."""

import json

import pytest
from django.conf import settings
from django.test import Client
from sesame.utils import get_query_string

from tests.client.people import a_replica, uid_of
from tests.logged import flat, lines, one
from tests.telemetry.schema import wrong_fields

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_redis")]


def test_a_sign_in_by_a_link_and_a_page_say_who_and_not_how(client: Client) -> None:
    isolde = a_replica("isolde")
    query = get_query_string(isolde)
    with lines() as signing_in:
        assert client.get(f"/accounts/link/{query}").status_code == 302
    with lines() as reading:
        assert client.get("/directory/").status_code == 200
    request = flat(one(reading, "request"))
    assert request["user.id"] == uid_of("isolde")
    assert request["url.path"] == "/directory/"
    assert request["http.response.body.bytes"] > 100
    assert wrong_fields(request) == []
    said = json.dumps([signing_in, reading])
    (session,) = (cookie.value for name, cookie in client.cookies.items() if name == settings.SESSION_COOKIE_NAME)
    for secret in (query.partition("=")[2], session, isolde.email, "isolde"):
        assert secret not in said


def test_a_wrong_password_is_a_line_without_it_and_without_the_name(client: Client) -> None:
    a_replica("isolde")  # no word of hexadecimal digits, such as are in ids
    with lines() as said:
        client.post("/accounts/login/", {"username": "isolde", "password": "correct horse"})
    assert one(said, "request")["url"]["path"] == "/accounts/login/"
    assert "horse" not in str(said)
    assert "isolde" not in str(said)


def test_what_everybody_reads_first_is_the_log_of_requests() -> None:
    assert settings.MIDDLEWARE[0] == "telemetry.requests.log_requests"
