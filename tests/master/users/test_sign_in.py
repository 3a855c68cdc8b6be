"""Whoever fails to sign in too often is not looked at for a while; nobody else is kept out by that."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.db.models import F
from django.test import Client
from pytest_django import Settings

from master.users.models import User
from telemetry.sign_in import ADDRESS_TIMES

pytestmark = pytest.mark.django_db

HERE, THERE = "192.0.2.1", "192.0.2.2"
PASSWORD, WRONG = "right-one-4711", "a-wrong-one-0815"


@pytest.fixture(autouse=True)
def _quickly(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada", password=PASSWORD, is_staff=True)


def sign_in(name: str = "ada", password: str = WRONG, address: str = HERE) -> Any:
    return Client().post("/admin/login/", {"username": name, "password": password}, REMOTE_ADDR=address)


def fail(times: int, name: str = "ada", address: str = HERE) -> list[int]:
    return [sign_in(name, address=address).status_code for _ in range(times)]


def test_after_ten_failures_even_the_right_password_is_not_looked_at(ada: User) -> None:
    assert fail(10) == [200] * 9 + [429]
    answer = sign_in(password=PASSWORD)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "900"
    assert b"until 15 minutes have passed" in answer.content


def test_the_same_user_signs_in_from_elsewhere_and_others_from_here(ada: User) -> None:
    User.objects.create_user("bob", password=PASSWORD, is_staff=True)
    fail(10)
    assert sign_in(password=PASSWORD, address=THERE).status_code == 302
    assert sign_in("bob", PASSWORD).status_code == 302


def test_who_tries_many_names_is_stopped_as_well(ada: User) -> None:
    fail(1, "somebody")
    AccessAttempt.objects.update(failures_since_start=10 * ADDRESS_TIMES - 2)  # of names that are many
    assert fail(2, "somebody else") == [200, 429]
    assert sign_in(password=PASSWORD).status_code == 429
    assert sign_in(password=PASSWORD, address=THERE).status_code == 302


def test_a_quarter_of_an_hour_later_all_is_forgotten(ada: User) -> None:
    fail(10)
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=15))
    assert sign_in(password=PASSWORD).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_to_go_on_failing_does_not_lengthen_it(ada: User) -> None:
    fail(10)
    before = AccessAttempt.objects.get().attempt_time
    fail(3)
    assert AccessAttempt.objects.get().attempt_time == before


def test_who_signs_in_begins_anew(ada: User) -> None:
    fail(9)
    assert sign_in(password=PASSWORD).status_code == 302
    assert fail(9) == [200] * 9


def test_no_password_and_no_name_is_written_down_in_the_logs(ada: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("axes").setLevel(logging.ERROR)  # as the settings say
        fail(12)
    written = caplog.text + str([vars(record) for record in caplog.records if record.name.startswith("telemetry")])
    assert "sign-in refused" in written
    assert WRONG not in written
    assert "'ada'" not in written
    kept = str(list(AccessAttempt.objects.values()))
    assert WRONG not in kept
