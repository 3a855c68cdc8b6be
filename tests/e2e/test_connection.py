"""What a page says of its connection, in each of its states, and what becomes of what the user does meanwhile."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.browsing import expect_live, wait_for_state, without_reload
from tests.e2e.console import Console
from tests.e2e.people import People, Person
from tests.e2e.wire import Mode, Wire

Visit = Callable[..., Page]

WORDS = {
    "connecting": "Connecting",
    "live": "Live",
    "stale": "No answer, perhaps out of date",
    "waiting": "Waiting for the server",
    "signed-out": "Signed out",
    "not-allowed": "Not allowed",
}
# What the wire does so that the page comes to a state.
WAYS: dict[str, tuple[Mode, int]] = {
    "live": ("pass", 0),
    "stale": ("mute", 0),
    "waiting": ("refuse", 1006),
    "signed-out": ("refuse", 4401),
    "not-allowed": ("refuse", 4403),
}
STAFF = "from client.users.models import User; User.objects.filter(uid=uid).update(is_staff=True)"
NEVER_OPENS = "window.WebSocket = class { readyState = 0; close() {} }"
SET_STATUS = "status => DFSignals.call('users.set_status', { form: [{ name: 'status', value: status }] })"
# Collects what a screen reader would be told by the badge.
LISTEN = """() => {
  window.said = [];
  const badge = document.getElementById("badge");
  const observer = new MutationObserver(() => said.push(badge.textContent));
  observer.observe(badge, { childList: true, characterData: true, subtree: true });
}"""
FOCUSED = "document.activeElement.textContent.trim()"


def expect_state(page: Page, state: str) -> None:
    """Wait until the badge says a state, by colour and by words."""
    expect(page.locator("#badge")).to_have_attribute("data-state", state)
    expect(page.locator("#badge")).to_have_text(WORDS[state])


def bring_to(page: Page, state: str) -> Wire:
    """Load a page anew so that it comes to a state."""
    mode, code = WAYS.get(state, ("pass", 0))
    wire = Wire(page, mode=mode, code=code)
    if state == "connecting":
        page.add_init_script(NEVER_OPENS)
    page.reload()
    expect_state(page, state)
    return wire


@pytest.fixture
def wired(people: People, visit: Visit) -> tuple[Person, Page, Wire]:
    """Open somebody's own page, with a wire that passes everything on."""
    person = people.create()
    page = visit(person.username)
    return person, page, bring_to(page, "live")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", WORDS)
def test_every_state_is_said_in_words_and_accessible(
    state: str, scheme: Literal["light", "dark"], people: People, clients: dict[str, Console], visit: Visit
) -> None:
    person = people.create()
    clients["client"](STAFF, uid=person.uid)
    page = visit(person.username, color_scheme=scheme, reduced_motion="reduce")
    address = page.url
    for path in ("", "directory/", "replication/"):
        page.goto(f"{address}{path}")
        bring_to(page, state)
        assert page.locator("#badge").get_attribute("role") == "status"
        assert violations(page) == [], path
        expect_state(page, state)


def test_a_state_is_said_once_and_tries_are_not(wired: tuple[Person, Page, Wire]) -> None:
    _, page, wire = wired
    with without_reload(page):
        page.evaluate(LISTEN)
        wire.mode, opened = "refuse", wire.opened
        wire.cut()
        expect_state(page, "waiting")
        while wire.opened < opened + 3:
            page.wait_for_timeout(50)
        wire.mode = "pass"
        expect_live(page)
        assert page.evaluate("said") == ["Waiting for the server", "Live"]


def test_whose_question_is_not_answered_is_told_so(wired: tuple[Person, Page, Wire]) -> None:
    _, page, wire = wired
    with without_reload(page):
        wire.mode = "mute"
        wire.say("live.reset")
        expect_state(page, "stale")
        expect(page.get_by_role("button", name="Save")).to_be_disabled()
        wire.mode = "pass"
        expect_live(page)
        expect(page.get_by_role("button", name="Save")).to_be_enabled()


def test_a_server_that_falls_silent_is_noticed_and_left(wired: tuple[Person, Page, Wire], people: People) -> None:
    person, page, wire = wired
    with without_reload(page):
        wire.mode, opened = "mute", wire.opened
        expect_state(page, "stale")
        people.save(person, first_name="Meanwhile")
        expect_state(page, "waiting")
        wire.mode = "pass"
        expect_live(page)
        assert wire.opened > opened
        expect(page.locator("[data-field=first_name]")).to_have_text("Meanwhile")


@pytest.mark.parametrize("event", ["online", "visibilitychange"])
def test_nobody_waits_when_the_network_is_back_or_the_tab_is_looked_at(
    event: str, wired: tuple[Person, Page, Wire]
) -> None:
    _, page, wire = wired
    with without_reload(page):
        page.evaluate("Math.random = () => 1")  # the longest wait each time
        wire.mode, opened = "refuse", wire.opened
        wire.cut()
        while wire.opened < opened + 5:  # the next try would be eight seconds away
            page.wait_for_timeout(50)
        wire.mode = "pass"
        page.evaluate("name => (name === 'online' ? window : document).dispatchEvent(new Event(name))", event)
        wait_for_state(page, "live", seconds=3.5)  # a spread, and its answer


def test_a_server_that_restarts_is_come_back_to(wired: tuple[Person, Page, Wire]) -> None:
    _, page, wire = wired
    with without_reload(page):
        wire.cut(1012)
        expect_state(page, "waiting")
        expect_live(page)


def test_a_click_in_an_outage_expires_is_said_to_be_lost_and_is_never_sent(
    wired: tuple[Person, Page, Wire], people: People
) -> None:
    person, page, wire = wired
    with without_reload(page):
        wire.mode = "refuse"
        wire.cut()
        expect_state(page, "waiting")
        page.evaluate(SET_STATUS, "too late")
        expect(page.locator("#live-note")).to_contain_text("was not sent. Please do it again")
        assert violations(page) == []
        wire.mode = "pass"
        expect_live(page)
        page.get_by_label("Your status on this service").fill("in time")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("[data-field=status]")).to_have_text("in time")
        assert [call["signal"] for call in wire.sent].count("users.set_status") == 1
        page.locator("#live-note").get_by_role("button", name="Close").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#live-note button")).to_be_hidden()
    row = people.on("client", person)
    assert row
    assert row["status"] == "in time"


def test_a_click_into_a_short_gap_is_carried_out_once(wired: tuple[Person, Page, Wire]) -> None:
    _, page, wire = wired
    with without_reload(page):
        wire.mode = "refuse"
        wire.cut()
        expect_state(page, "waiting")
        page.evaluate(SET_STATUS, "a moment ago")
        wire.mode = "pass"
        expect(page.locator("[data-field=status]")).to_have_text("a moment ago")
        assert [call["signal"] for call in wire.sent].count("users.set_status") == 1


def test_a_refused_call_is_said(wired: tuple[Person, Page, Wire]) -> None:
    _, page, wire = wired
    wire.say("live.refused", signal="users.set_status", reason="too_many")
    expect(page.locator("#live-note [role=status]")).to_contain_text("Wait a moment")
    wire.say("live.refused", signal="", reason="something new")
    expect(page.locator("#live-note [role=status]")).to_contain_text("did not understand")
    assert violations(page) == []


@pytest.mark.parametrize(
    ("code", "offers"), [(4401, "Sign in again"), (4403, "Load it again")], ids=["signed out", "not allowed"]
)
def test_who_is_sent_away_is_offered_a_way_on_by_keyboard(
    code: int, offers: str, wired: tuple[Person, Page, Wire]
) -> None:
    _, page, wire = wired
    page.get_by_label("Your status on this service").focus()
    wire.cut(code)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("link", name=offers)).to_be_focused()
    opened = wire.opened
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) != "Save"
    page.get_by_role("link", name=offers).focus()
    assert wire.opened == opened
    page.keyboard.press("Enter")
    expect_live(page)


@pytest.mark.parametrize(("code", "sentence"), [(4429, "Too many pages"), (4413, "too much to send at once")])
def test_who_has_too_much_is_told_so_and_tried_again(
    code: int, sentence: str, wired: tuple[Person, Page, Wire]
) -> None:
    _, page, wire = wired
    with without_reload(page):
        wire.cut(code)
        expect(page.locator("#live-note")).to_contain_text(sentence)
        expect_live(page)


def test_an_old_page_is_loaded_again(wired: tuple[Person, Page, Wire]) -> None:
    _, page, wire = wired
    page.evaluate("window.loadedOnce = true")
    wire.cut(4408)
    page.wait_for_function("() => !window.loadedOnce")
    expect_live(page)
