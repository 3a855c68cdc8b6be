"""The page `/replication/` of a client: live for staff, closed to all others."""

import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from stack.stack import Stack
from stack.waiting import wait_until
from tests.e2e.accessibility import violations
from tests.e2e.browsing import expect_live, frames_of, without_reload
from tests.e2e.console import Console
from tests.e2e.people import SECONDS, People, Person, applied
from tests.e2e.queues import Queues

Visit = Callable[..., Page]

PATH = "/replication/"
USERS = "[data-table=users]"
MAKE_STAFF = """
from client.users.models import User
user = User.objects.get(uid=uid)
user.is_staff = staff
user.save()
"""
# Asks for the state of replication, then for one's own; returns the signals that were answered until the latter is.
ASK = """
() => new Promise(resolve => {
  const answered = [];
  for (const signal of ["replication.snapshot", "users.snapshot"]) {
    DFSignals.connect(signal, (answer, id) => {
      if (id === undefined) return;
      answered.push(signal);
      if (answer.ask === 1001) resolve(answered);
    });
  }
  DFSignals.call("replication.snapshot", { ask: 1000 });
  DFSignals.call("users.snapshot", { view: "you", ask: 1001 });
})
"""


@pytest.fixture
def make_staff(clients: dict[str, Console]) -> Callable[[Person, bool], None]:
    """Return what makes somebody staff of the first client, or takes it away."""
    return lambda person, staff: clients["client"](MAKE_STAFF, uid=person.uid, staff=staff)


@pytest.fixture
def staff(people: People, make_staff: Callable[[Person, bool], None]) -> Person:
    """Return somebody who is staff of the first client."""
    person = people.create("staff")
    make_staff(person, True)
    return person


def expect_shown(page: Page, *, rows: int, version: int) -> None:
    """Expect the page to come to these numbers of users: rows are counted, versions told by workers a moment later."""
    expect(page.locator(f"{USERS} [data-field=rows]")).to_have_text(f"{rows:,}")
    expect(page.locator(f"{USERS} [data-field=version]")).to_have_text(str(version))


def test_rows_and_versions_move_when_users_change_on_master(
    staff: Person, people: People, visit: Visit, clients: dict[str, Console]
) -> None:
    page, client = visit(staff.username, PATH), clients["client"]
    rows = int(page.locator(f"{USERS} [data-field=rows]").inner_text().replace(",", ""))
    with without_reload(page):
        person = people.create()
        created = applied(client, person.uid)
        expect_shown(page, rows=rows + 1, version=created)
        people.save(person, first_name="Augusta")
        people.wait_for(person, first_name="Augusta")
        saved = applied(client, person.uid)
        assert saved > created
        expect_shown(page, rows=rows + 1, version=saved)
        people.delete(person)
        assert wait_until(lambda: applied(client, person.uid) > saved, seconds=SECONDS)
        deleted = applied(client, person.uid)
        expect_shown(page, rows=rows, version=deleted)
        expect(page.locator(f"{USERS} [data-field=lag]")).to_contain_text("The last change took")
        assert (page.locator(f"{USERS} svg path").get_attribute("d") or "").startswith("M")
    expect_shown(visit(staff.username, PATH), rows=rows, version=deleted)


def test_a_dead_letter_is_counted_while_one_looks(stack: Stack, staff: Person, visit: Visit) -> None:
    page = visit(staff.username, PATH)
    cell = page.locator("#queues [data-field=dead_letters]")
    expect(cell).to_have_text("0")
    queues = Queues(stack.projects["client"])
    with without_reload(page):
        sent = queues.send("this is not JSON")
        expect(cell).to_have_text("1")
        queues.dead_letters({sent})
        expect(cell).to_have_text("0")


def test_who_is_not_staff_is_refused_with_a_sentence(people: People, visit: Visit) -> None:
    page = visit(people.create().username)
    expect(page.get_by_role("link", name="Replication")).to_have_count(0)
    answer = page.goto(page.url.rstrip("/") + PATH)
    assert answer
    assert answer.status == 403
    expect(page.get_by_role("heading", name="This page is for staff")).to_be_visible()
    page.get_by_role("link", name="To your own page").click()
    expect_live(page)


def test_who_is_not_staff_gets_no_answer_at_the_socket_either(people: People, visit: Visit) -> None:
    assert visit(people.create().username).evaluate(ASK) == ["users.snapshot"]


def test_who_is_staff_no_more_hears_nothing_more(
    staff: Person, people: People, visit: Visit, make_staff: Callable[[Person, bool], None]
) -> None:
    page = visit(staff.username, PATH)
    frames = frames_of(page)
    make_staff(staff, False)
    expect(page.get_by_role("heading", name="This page is for staff")).to_be_visible()
    heard = len(frames)
    people.create()
    expect(page.locator("#badge")).to_have_count(0)
    assert len(frames) == heard


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_in_light_and_dark(
    scheme: Literal["light", "dark"], staff: Person, people: People, visit: Visit
) -> None:
    people.create()
    page = visit(staff.username, PATH, color_scheme=scheme)
    assert violations(page) == []
    expect(page.get_by_role("img")).to_have_accessible_name(re.compile("Lag, from .* The last change took"))


def test_a_phone_needs_no_scrolling_to_the_side(staff: Person, visit: Visit) -> None:
    page = visit(staff.username, PATH, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_page_is_reached_by_keyboard_from_the_navigation(staff: Person, visit: Visit) -> None:
    page = visit(staff.username)
    page.get_by_role("link", name="Replication").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PATH}")
    expect_live(page)
    expect(page.get_by_role("link", name="Replication")).to_have_attribute("aria-current", "page")
