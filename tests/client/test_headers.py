"""Headers of a client's answers, the cookies that it sets, and the passwords that it takes."""

import pytest
from django.conf import settings as configured
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from client.users.models import User
from tests.headers import SAFE, allow_tls_alone

pytestmark = pytest.mark.django_db

PASSWORD = "right-one-4711"


@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/login/", "/", "/nowhere"])
def test_every_answer_has_the_headers(path: str) -> None:
    answer = Client().get(path)
    assert "camera=()" in answer["Permissions-Policy"]
    assert SAFE.items() <= dict(answer.items()).items()


def test_over_tls_browsers_keep_to_it(settings: Settings) -> None:
    allow_tls_alone(settings)
    plain, safe = Client().get("/accounts/login/"), Client().get("/accounts/login/", secure=True)
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/accounts/login/")
    assert safe["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_no_script_reads_the_session_and_no_other_site_sends_it() -> None:
    browser = Client()
    User.objects.create_superuser("root", password=PASSWORD)
    assert browser.post("/accounts/login/", {"username": "root", "password": PASSWORD}).status_code == 302
    cookie = browser.cookies[configured.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie["max-age"] == 14 * 24 * 3600


@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/login/"])
def test_a_form_without_its_token_is_refused(path: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(path, {"username": "root", "password": "x"})
    assert answer.status_code == 403


@pytest.mark.parametrize("password", ["short-7", "password", "4711081547110815", "rootroot1"])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(username="rootroot"))
