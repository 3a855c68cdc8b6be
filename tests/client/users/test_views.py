"""The pages of users."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, override_settings
from pytest_django import Settings

from client.live import keys
from client.live.topics import DIRECTORY, DIRECTORY_WITH_EMAIL, user_topic
from client.users.models import Session, User
from client.users.views import page_number
from tests.client.people import incoming, replicate, uid_of
from tests.surroundings import METRICS_HEADERS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("count_in_redis")]


def state_of(page: str) -> dict[str, Any]:
    """Return the state that a page is loaded with."""
    found = re.search(r'<script id="state" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    state: dict[str, Any] = json.loads(found[1])
    return state


@pytest.mark.parametrize("path", ["/", "/directory/"])
def test_pages_are_for_those_who_are_signed_in(path: str) -> None:
    assert Client().get(path).headers["Location"] == f"/accounts/login/?next={path}"


def test_you_is_drawn_at_once_and_has_its_state_beside(browser: Client) -> None:
    page = browser.get("/").content.decode()
    assert '<dd data-field="first_name">Ada</dd>' in page
    state = state_of(page)
    assert (state["topic"], state["rows"][0]["uid"]) == (user_topic(uid_of("ada")), uid_of("ada"))


def test_what_users_write_is_escaped(browser: Client) -> None:
    User.objects.update(status="</script><script>alert(1)</script>")
    replicate(incoming("ada", first_name="<img src=x onerror=alert(1)>"))
    for path in ("/", "/directory/"):
        page = browser.get(path).content.decode()
        assert "<img" not in page
        assert "<script>" not in page


@pytest.mark.parametrize("path", ["/", "/directory/", "/accounts/login/"])
def test_no_page_has_script_or_style_in_line(browser: Client, path: str) -> None:
    page = (Client() if "login" in path else browser).get(path).content.decode()
    scripts = re.findall(r"<script\b[^>]*>", page)
    assert all("src=" in script or 'type="application/json"' in script for script in scripts)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)


def test_a_page_sets_no_cookie_of_df_websockets(browser: Client) -> None:
    assert set(browser.get("/").cookies) <= {"client_csrftoken", "client_sessionid"}


def test_the_topics_of_a_page_wait_under_its_key(browser: Client) -> None:
    response = browser.get("/directory/")
    found = re.search(r'data-live="/ws/\?window=([^"]+)"', response.content.decode())
    assert found
    key = keys.read(found[1].replace("%3A", ":"))
    assert len(json.loads(cache.get(f"df_ws{key.window}"))) == 4  # the directory, the user, the window, everybody


def test_emails_are_for_those_who_may_view_users(browser: Client, ada: User) -> None:
    page = browser.get("/directory/").content.decode()
    assert state_of(page)["topic"] == DIRECTORY
    assert "example.org" not in page
    ada.user_permissions.add(Permission.objects.get(codename="view_user"))
    page = browser.get("/directory/").content.decode()
    assert state_of(page)["topic"] == DIRECTORY_WITH_EMAIL
    assert "ada@example.org" in page


def test_the_directory_is_searched_and_paged_by_its_address(browser: Client) -> None:
    replicate(*(incoming(f"user{i:02}") for i in range(30)))
    page = browser.get("/directory/", {"search": "user", "page": "2"}).content.decode()
    assert page.count("<tr data-uid=") == 5 + 1  # the last is the template for rows to come
    assert 'href="?search=user&amp;page=1"' in page
    assert "Nobody here matches" in browser.get("/directory/?search=%00nobody%00").content.decode()


@pytest.mark.parametrize(
    ("text", "page"),
    [("", 1), ("3", 3), ("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("9" * 40, 1), ("999999999", 100_000)],
)
def test_a_page_number_that_makes_no_sense_is_a_page_all_the_same(text: str, page: int) -> None:
    assert page_number(text) == page


@pytest.mark.parametrize("path", ["/", "/directory/"])
def test_pages_are_only_read(browser: Client, path: str) -> None:
    assert browser.post(path).status_code == 405


def test_sign_in_by_password_and_out_again(ada: User) -> None:
    ada.set_password("correct horse")
    ada.save()
    client = Client()
    wrong = client.post("/accounts/login/", {"username": "ada", "password": "wrong"})
    assert "Please enter a correct username and password" in wrong.content.decode()
    right = client.post("/accounts/login/", {"username": "ada", "password": "correct horse", "next": "/directory/"})
    assert right.headers["Location"] == "/directory/"
    assert list(Session.objects.values_list("user_id", flat=True)) == [ada.pk]
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").headers["Location"] == "/accounts/login/"
    assert not Session.objects.exists()


def sign_in_link(capsys: pytest.CaptureFixture[str], name: str = "ada") -> str:
    with override_settings(PUBLIC_URL="https://people.example/"):
        call_command("login_link", name)
    printed = capsys.readouterr().out.strip()
    assert printed.startswith("https://people.example/accounts/link/")
    return printed.removeprefix("https://people.example")


def test_a_sign_in_link_works_once(ada: User, capsys: pytest.CaptureFixture[str]) -> None:
    link = sign_in_link(capsys)
    client = Client()
    assert client.get(link + "&next=/directory/").headers["Location"] == "/directory/"
    assert client.get("/directory/").status_code == 200
    again = Client().get(link)
    assert again.status_code == 403
    assert "Ask for a new one" in again.content.decode()


@pytest.mark.parametrize("path", ["/accounts/link/", "/accounts/link/?sesame=x"])
def test_a_link_that_is_none_is_refused(path: str) -> None:
    assert Client().get(path).status_code == 403


def test_a_link_leads_to_no_other_site(ada: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert Client().get(sign_in_link(capsys) + "&next=https://evil.example/").headers["Location"] == "/"


def test_whoever_is_deactivated_is_out(ada: User, browser: Client, capsys: pytest.CaptureFixture[str]) -> None:
    link = sign_in_link(capsys)
    replicate(incoming("ada", is_active=False))
    assert browser.get("/").status_code == 302
    assert Client().get(link).status_code == 403


def test_readyz_asks_for_all_that_pages_need(settings: Settings) -> None:
    well = {"database": "ok", "migrations": "ok", "redis": "ok", "channel layer": "ok"}
    assert Client().get("/readyz").json() == well
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = Client().get("/readyz")
    assert (response.status_code, response.json()) == (503, well | {"redis": "ConnectionError"})
    assert Client().get("/healthz").status_code == 200
    assert b"live_calls_refused_total" in Client().get("/metrics", headers=METRICS_HEADERS).content
