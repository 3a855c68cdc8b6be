"""The page `/clock/` in a browser: time goes on, stands still only visibly, and is never blank."""

import json
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from stack.handle import Handle
from stack.stack import Stack
from tests.e2e.accessibility import violations
from tests.e2e.browsing import expect_live, without_reload
from tests.e2e.people import People
from tests.e2e.wire import Wire, wired

Visit = Callable[..., Page]

PATH = "/clock/"
TIME = re.compile(r"^\d\d:\d\d:\d\d$")
LATE = re.compile(r"^last tick \d+ s ago$")
# Notes every text that the face ever shows, from now on.
WATCH = """() => {
  const face = document.getElementById("clock");
  window.faces = [face.textContent];
  const note = () => window.faces.push(face.textContent);
  new MutationObserver(note).observe(face, { characterData: true, childList: true, subtree: true });
}"""


@pytest.fixture
def page(people: People, visit: Visit) -> Page:
    """Return the page of the clock, live, with a text on its face noted whenever it changes."""
    page = visit(people.create().username, PATH)
    page.evaluate(WATCH)
    return page


@contextmanager
def stopped(process: Handle) -> Iterator[None]:
    """Let a process stand still in the block, and go on after it."""
    process.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.signal(signal.SIGCONT)


def faces(page: Page) -> list[str]:
    """Return the texts that the face has shown."""
    found: list[str] = page.evaluate("window.faces")
    return found


def expect_more(page: Page, times: int) -> None:
    """Wait until the face has changed so often."""
    page.wait_for_function("count => window.faces.length >= count", arg=len(faces(page)) + times)


def test_time_goes_on_by_the_second_and_the_zone_is_named(page: Page) -> None:
    timer = page.get_by_role("timer", name=re.compile(r"^The server's time in [A-Z]\w+"))
    expect(timer).to_have_text(TIME)
    expect(page.locator("#clock-day")).to_have_text(re.compile(r"^\d{4}-\d\d-\d\d, UTC[+-]\d\d:\d\d$"))
    with without_reload(page):
        expect_more(page, 3)
    shown = [face for face in faces(page) if not LATE.match(face)]  # on a busy machine a tick may be late
    seconds = [int(face[:2]) * 3600 + int(face[3:5]) * 60 + int(face[6:]) for face in shown]
    assert all(0 <= (after - before) % 86_400 < 60 for before, after in pairwise(seconds)), shown


def test_without_beat_it_says_how_long_ago_the_last_tick_was_and_then_goes_on(
    stack: Stack, page: Page, visit: Visit, people: People
) -> None:
    face = page.locator("#clock")
    with without_reload(page), stopped(stack.process("beat")):
        expect(face).to_have_text(LATE)
        page.wait_for_function("() => parseInt(document.getElementById('clock').textContent.slice(10)) >= 4")
        assert violations(page) == []
        other = visit(people.create().username, PATH)  # it has the state from its first paint on
        expect(other.locator("#clock")).to_have_text(LATE)
        assert page.locator("#badge").get_attribute("data-state") == "live"
    expect(face).to_have_text(TIME)
    expect(other.locator("#clock")).to_have_text(TIME)
    assert "" not in faces(page)


def test_a_worker_that_stands_still_is_seen_too(stack: Stack, page: Page) -> None:
    with stopped(stack.process("worker-fast")):
        expect(page.locator("#clock")).to_have_text(LATE)
    expect(page.locator("#clock")).to_have_text(TIME)
    expect_live(page)


def test_a_reconnect_is_never_blank_and_asks_once(page: Page) -> None:
    wire = wired(page)
    page.evaluate(WATCH)
    asked = len(questions(wire))
    with without_reload(page):
        wire.mode = "refuse"
        wire.cut()
        expect(page.locator("#clock")).to_have_text(LATE)
        wire.loses = lambda frame: json.loads(frame)["signal"] == "clock.ticked"  # so that only an answer can tell
        wire.mode = "pass"
        expect(page.locator("#clock")).to_have_text(TIME)
        expect_live(page)
        assert len(questions(wire)) == asked + 1
        wire.lose_nothing()
        expect_more(page, 2)
    assert all(TIME.match(face) or LATE.match(face) for face in faces(page))


def questions(wire: Wire) -> list[str]:
    """Return the questions for the time that a page has asked."""
    return [call["signal"] for call in wire.sent if call["signal"] == "clock.now"]


def test_the_keyboard_pauses_the_page_and_lets_it_go_on(page: Page) -> None:
    wire = wired(page)
    page.evaluate(WATCH)
    page.locator("#sign-out").focus()
    page.keyboard.press("Tab")
    pause = page.get_by_role("button", name="Pause")
    expect(pause).to_be_focused()
    page.keyboard.press("Space")
    expect(pause).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#paused")).to_have_text("Paused: this page stands still, time does not.")
    shown, ticks = len(faces(page)), len(wire.came)
    wire.wait_for_frame(page, after=ticks + 3)
    assert len(faces(page)) == shown
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(pause).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#paused")).to_be_empty()
    expect_more(page, 1)
    assert TIME.match(faces(page)[-1])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_in_light_and_dark_and_fits_a_phone(
    scheme: Literal["light", "dark"], people: People, visit: Visit
) -> None:
    page = visit(people.create().username, PATH, color_scheme=scheme, viewport={"width": 360, "height": 740})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_json_is_for_those_who_are_signed_in(stack: Stack, page: Page) -> None:
    address = f"{stack.url('client-web')}/clock/now"
    answer = page.request.get(address).json()
    assert TIME.match(answer["time"])
    assert page.locator("#clock-name").inner_text() == f"The server's time in {answer['zone']}"
    stranger = page.request.get(address, headers={"Cookie": "", "Accept": "application/json"})
    assert stranger.status == 401
