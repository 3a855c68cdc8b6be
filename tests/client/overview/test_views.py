"""Who may load the page `/replication/`, and what it shows."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.client.overview.people import PATH, signed_in, staff
from tests.client.people import a_replica, incoming, replicate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_redis")]


def state_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="state" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    state: dict[str, Any] = json.loads(found[1])
    return state


def test_it_is_for_those_who_are_signed_in() -> None:
    assert Client().get(PATH).headers["Location"] == f"/accounts/login/?next={PATH}"


def test_who_is_not_staff_is_refused_and_learns_nothing() -> None:
    answer = signed_in(a_replica("ada")).get(PATH)
    page = answer.content.decode()
    assert (answer.status_code, "This page is for staff" in page) == (403, True)
    assert "data-live" not in page
    assert PATH not in page


def test_staff_see_every_table_and_a_link_to_the_page() -> None:
    replicate(incoming("ada", version=1_041), incoming("bob", version=1_042))
    page = signed_in(staff()).get(PATH).content.decode()
    state = state_of(page)
    (users,) = (each for each in state["tables"] if each["table"] == "users")
    assert users["fields"] | {"rows": "2", "version": "1042", "verified": "never"} == users["fields"]
    assert '<dd data-field="rows">2</dd>' in page
    assert '<dd data-field="version" class="version">1042</dd>' in page
    assert f'<a href="{PATH}" aria-current="page">' in page


def test_it_has_no_script_or_style_in_line() -> None:
    page = signed_in(staff()).get(PATH).content.decode()
    scripts = re.findall(r"<script\b[^>]*>", page)
    assert all("src=" in script or 'type="application/json"' in script for script in scripts)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)


def test_it_is_only_read() -> None:
    assert signed_in(staff()).post(PATH).status_code == 405
