"""Headers of master's answers, and the cookies that it sets."""

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import Settings

from master.headers import NOTICES_PORT
from master.users.models import User
from tests.headers import SAFE, allow_tls_alone

pytestmark = pytest.mark.django_db


def directives(answer: object) -> dict[str, str]:
    header = answer["Content-Security-Policy"]  # type: ignore[index]
    return {name: allowed for name, _, allowed in (part.partition(" ") for part in header.split("; "))}


@pytest.mark.parametrize("path", ["/admin/login/", "/replication/users/", "/nowhere"])
def test_every_answer_has_the_headers(path: str) -> None:
    answer = Client().get(path)
    assert directives(answer) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": f"'self' ws://testserver:{NOTICES_PORT}",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert "camera=()" in answer["Permissions-Policy"]
    assert SAFE.items() <= dict(answer.items()).items()


def test_pages_connect_to_the_server_of_notices_that_is_set(settings: Settings) -> None:
    settings.NOTICES_URL = "wss://notices.example.org/there"
    assert directives(Client().get("/nowhere"))["connect-src"] == "'self' wss://notices.example.org"


def test_a_host_that_is_none_of_ours_is_not_named(settings: Settings) -> None:
    answer = Client().get("/nowhere", HTTP_HOST="evil.example.org")
    assert "evil" not in answer["Content-Security-Policy"]


def test_over_tls_browsers_keep_to_it(settings: Settings) -> None:
    allow_tls_alone(settings)
    plain, safe = Client().get("/admin/login/"), Client().get("/admin/login/", secure=True)
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/admin/login/")
    assert safe["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert directives(safe)["connect-src"] == f"'self' wss://testserver:{NOTICES_PORT}"


def test_no_script_reads_the_session_and_no_other_site_sends_it() -> None:
    browser = Client()
    User.objects.create_superuser("ada", password="right-one-4711")
    browser.post("/admin/login/", {"username": "ada", "password": "right-one-4711"})
    cookie = browser.cookies[configured.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie["max-age"] == 12 * 3600


def test_a_form_without_its_token_is_refused() -> None:
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "ada", "password": "x"})
    assert answer.status_code == 403
