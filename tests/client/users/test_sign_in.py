"""Passwords and links that fail too often are not looked at for a while, and are written down nowhere."""

import logging
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client
from pytest_django import Settings
from sesame.utils import get_query_string

from client.users.models import User

pytestmark = pytest.mark.django_db

PASSWORD, WRONG = "right-one-4711", "a-wrong-one-0815"
SIGN_IN, LINK = "/accounts/login/", "/accounts/link/"


@pytest.fixture(autouse=True)
def _quickly(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("root", password=PASSWORD)


def sign_in(password: str) -> Any:
    return Client().post(SIGN_IN, {"username": "root", "password": password})


def follow(query: str) -> Any:
    return Client().get(f"{LINK}{query}")


def test_after_ten_wrong_passwords_the_right_one_is_not_looked_at(root: User) -> None:
    assert [sign_in(WRONG).status_code for _ in range(10)] == [200] * 9 + [429]
    answer = sign_in(PASSWORD)
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "until 15 minutes have passed" in answer.content.decode()
    assert "script-src 'none'" in answer["Content-Security-Policy"]


def test_after_ten_wrong_links_no_link_is_looked_at_but_passwords_are(root: User) -> None:
    good = get_query_string(root)
    assert [follow("?sesame=of-nobody").status_code for _ in range(10)] == [403] * 9 + [429]
    assert follow(good).status_code == 429
    assert sign_in(PASSWORD).status_code == 302


def test_a_good_link_signs_in(root: User) -> None:
    assert follow(get_query_string(root)).status_code == 302


def test_no_password_and_no_link_is_written_down(root: User, caplog: pytest.LogCaptureFixture) -> None:
    token = get_query_string(root).partition("=")[2]
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            sign_in(WRONG)
            follow(f"?sesame={token}x")
            follow(f"?sesame={token}")  # good once
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records if record.name != "axes")
    assert WRONG not in logged + str(list(AccessAttempt.objects.values()))
    assert token not in "\n".join(record.getMessage() for record in caplog.records)
    assert token not in str(list(AccessAttempt.objects.values()))
    assert AccessAttempt.objects.count() == 2
