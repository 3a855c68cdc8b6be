"""The page of the clock and its JSON: who gets them, and what they say from the first paint on."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from client.clock import held
from client.clock.tasks import tick
from tests.client.clock.conftest import NOON, Frozen
from tests.client.people import a_replica

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_redis")]

PATH, NOW = "/clock/", "/clock/now"


@pytest.fixture
def browser(client: Client) -> Client:
    """Return a browser in which somebody is signed in."""
    client.force_login(a_replica("ada"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def face(page: str) -> str:
    found = re.search(r'<p id="clock"[^>]*>([^<]*)</p>', page)
    assert found
    return found[1]


def state_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="state" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    state: dict[str, Any] = json.loads(found[1])
    return state


@pytest.mark.parametrize("path", [PATH, NOW])
def test_others_are_sent_to_sign_in(path: str, client: Client) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={path}")


def test_a_program_that_takes_no_page_is_told_401(client: Client) -> None:
    answer = client.get(NOW, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (401, {"error": "Sign in first."})


@pytest.mark.parametrize("path", [PATH, NOW])
def test_they_are_only_read_and_never_kept(path: str, browser: Client) -> None:
    assert browser.post(path).status_code == 405
    assert "no-store" in browser.get(path).headers["Cache-Control"]


def test_the_first_paint_has_the_time_and_names_the_zone(browser: Client, at: Frozen, settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Paris"
    tick()
    at(NOON + 400)
    page = browser.get(PATH).content.decode()
    assert face(page) == "13:00:00"
    assert "The server's time in Europe/Paris" in page or "The server&#x27;s time in Europe/Paris" in page
    assert "2026-11-21, UTC+01:00" in page
    assert (state_of(page)["at"], state_of(page)["ago"]) == (NOON, 400)
    assert f'<a href="{PATH}" aria-current="page">Clock</a>' in page


def test_the_first_paint_after_ticks_have_stopped_shows_no_time(browser: Client, at: Frozen) -> None:
    tick()
    at(NOON + 12_000)
    page = browser.get(PATH).content.decode()
    assert face(page) == "last tick 12 s ago"


def test_the_first_paint_before_any_tick_is_not_blank(browser: Client) -> None:
    assert face(browser.get(PATH).content.decode()) == "no tick yet"


def test_json_is_what_the_page_is_loaded_with(browser: Client, at: Frozen) -> None:
    tick()
    assert browser.get(NOW).json() == state_of(browser.get(PATH).content.decode())
    assert browser.get(NOW).json()["time"] == "12:00:00"
    held.raise_to(NOON + 1_000)
    assert browser.get(NOW).json()["time"] == "12:00:01"
