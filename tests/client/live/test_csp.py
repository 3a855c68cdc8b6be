"""Every page says what may run on it."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from client.live.csp import HEADER, content_security_policy
from tests.client.people import a_replica

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)

pytestmark = pytest.mark.usefixtures("on_redis")


def policy(response: Any) -> dict[str, str]:
    """Return the directives of a page and what each allows."""
    parts = (part.partition(" ") for part in response.headers[HEADER].split("; "))
    return {name: allowed for name, _, allowed in parts}


def signed_in() -> Client:
    """Return the browser of somebody who may see every page."""
    user = get_user_model().objects.create_superuser("root", password=None)
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/directory/", "/replication/"])
def test_a_live_page_runs_the_scripts_with_its_nonce_and_no_other(path: str) -> None:
    browser = signed_in()
    first, second = browser.get(path), browser.get(path)
    allowed = policy(first)["script-src"]
    assert re.fullmatch(r"'nonce-\w{22}'", allowed)
    assert allowed != policy(second)["script-src"]
    nonce = allowed.removeprefix("'nonce-").removesuffix("'")
    scripts = SCRIPT.findall(first.content.decode())
    run = [attributes for attributes, _ in scripts if "application/json" not in attributes]
    assert len(run) == 2
    assert all(f'nonce="{nonce}"' in attributes and "src=" in attributes for attributes in run)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/link/", "/nothing/"])
def test_a_page_without_scripts_runs_none(path: str) -> None:
    assert policy(Client().get(path))["script-src"] == "'none'"


@pytest.mark.django_db
def test_a_policy_forbids_all_but_what_pages_need() -> None:
    assert policy(Client().get("/accounts/login/")) == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "script-src": "'none'",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/", "/admin/users/user/", "/admin/users/user/add/", "/admin/login/"])
def test_the_admin_runs_scripts_of_this_host_and_nothing_inline(path: str) -> None:
    response = (Client() if "login" in path else signed_in()).get(path)
    assert response.status_code == 200
    assert policy(response)["script-src"] == "'self'"
    inline = [text for attributes, text in SCRIPT.findall(response.content.decode()) if text.strip()]
    assert inline == []


def test_a_view_may_set_a_policy_of_its_own() -> None:
    own = HttpResponse(headers={HEADER: "sandbox"})
    response = content_security_policy(lambda request: own)(RequestFactory().get("/"))
    assert response.headers[HEADER] == "sandbox"


def test_no_template_has_anything_inline() -> None:
    for template in (ROOT / "templates/client").rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"\son[a-z]+=|\sstyle=|<style|javascript:", text), template
        assert all("src=" in attributes for attributes, _ in SCRIPT.findall(text)), template


@pytest.mark.django_db
def test_nobody_sees_anothers_page_in_a_frame() -> None:
    a_replica("ada")
    assert policy(Client().get("/"))["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("status", [404, 500])
def test_djangos_own_pages_for_developers_keep_their_style(settings: Settings, status: int) -> None:
    settings.DEBUG = True
    page = content_security_policy(lambda request: HttpResponse(status=status))
    assert HEADER not in page(RequestFactory().get("/")).headers
    settings.DEBUG = False
    assert HEADER in page(RequestFactory().get("/")).headers
