"""The page `/profile/` in a browser: its forms, its file, and a long job that outlives a page and a worker."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from stack.stack import Stack
from tests.e2e.accessibility import violations
from tests.e2e.browsing import expect_live, without_reload
from tests.e2e.people import People
from tests.e2e.wire import wired

Visit = Callable[..., Page]

PATH = "/profile/"


@pytest.fixture
def name(people: People) -> str:
    """Return the name of a user of this test."""
    return people.create().username


@pytest.fixture
def page(name: str, visit: Visit) -> Iterator[Page]:
    """Return his profile, live; what it does against the policy fails the test."""
    page, said = visit(name, PATH), list[str]()
    page.on("console", lambda each: said.append(each.text) if "Content Security Policy" in each.text else None)
    yield page
    assert said == []


def note(page: Page, form: str) -> str:
    """Return where a form says what became of it."""
    return f"#{form} .note"


def test_what_is_saved_shows_at_once_in_all_windows_and_stays(page: Page, name: str, visit: Visit) -> None:
    other = visit(name, PATH)
    with without_reload(page, other):
        page.get_by_label("Display name").fill("Ada <b>L.</b>")
        page.get_by_label("Phone", exact=True).fill("+44 20 7946 0018")
        page.get_by_label("Phone", exact=True).press("Enter")
        expect(page.locator(note(page, "contact"))).to_have_text("Saved.")
        page.get_by_label("Colour of your profile").select_option("violet")
        page.get_by_label("Notes to yourself").fill("one\ntwo")
        page.get_by_role("button", name="Save notes").click()
        for each in (page, other):
            expect(each.locator("#card [data-field=display_name]")).to_have_text("Ada <b>L.</b>")
            expect(each.locator("#card")).to_have_attribute("data-colour", "violet")
            expect(each.locator("#saved li")).to_have_count(3)  # the worker of queue `slow` remembers them
        expect(other.get_by_label("Display name")).to_have_value("Ada <b>L.</b>")
        expect(other.get_by_label("Notes to yourself")).to_have_value("one\ntwo")
    page.reload()
    expect(page.get_by_label("Phone", exact=True)).to_have_value("+44 20 7946 0018")
    expect(page.locator("#saved li").last).to_contain_text("Display name, Phone")


def test_what_is_wrong_stands_beside_its_field_and_goes_when_it_is_mended(page: Page) -> None:
    phone = page.get_by_label("Phone", exact=True)
    with without_reload(page):
        phone.fill("call me")
        phone.blur()  # checked at once
        expect(phone).to_have_attribute("aria-invalid", "true")
        expect(phone).to_have_accessible_description(re.compile("Write it with digits"))
        page.get_by_label("Display name").fill("Ada")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(note(page, "contact"))).to_contain_text("Not saved")
        expect(phone).to_be_focused()
        expect(page.locator("#card [data-field=display_name]")).to_have_text("")
        assert violations(page) == []
        page.get_by_role("button", name="Discard changes").click()
        expect(phone).to_have_value("")
        expect(phone).not_to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label("Display name")).to_have_value("")
        expect(page.locator("#phone-error")).to_be_empty()


def test_a_colour_that_is_not_saved_is_put_back_and_follows_what_is(page: Page, name: str, visit: Visit) -> None:
    other = visit(name, PATH)
    wire = wired(page)
    wire.keeps = {"profile.set_colour"}
    colour, said = page.get_by_label("Colour of your profile"), page.locator(note(page, "choice"))
    with without_reload(page, other):
        colour.select_option("violet")
        expect(colour).to_have_attribute("aria-busy", "true")
        wire.say("live.refused", signal="profile.set_colour", reason="Too many calls.")
        expect(said).to_have_text("No answer. Please choose it again.")
        expect(colour).to_have_value("blue")
        other.get_by_label("Colour of your profile").select_option("green")
        expect(other.locator(note(other, "choice"))).to_have_text("Saved.")
        expect(colour).to_have_value("green")
        expect(page.locator("#card")).to_have_attribute("data-colour", "green")
        assert violations(page) == []


def test_a_picture_is_drawn_while_its_page_is_loaded_again(page: Page) -> None:
    bar = page.get_by_role("progressbar", name="Picture")
    page.get_by_role("button", name="Draw my picture").click()
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]"))
    page.reload()
    assert int(bar.get_attribute("aria-valuenow") or 0) > 0  # as it was loaded, before anything came by the socket
    expect_live(page)
    expect(page.locator("#phase")).to_have_text("It is drawn.")
    expect(bar).to_have_attribute("aria-valuenow", "100")
    page.wait_for_function("() => document.getElementById('picture').naturalWidth === 256")
    assert violations(page) == []


def test_a_picture_is_cancelled_and_one_of_a_killed_worker_is_begun_again(stack: Stack, page: Page) -> None:
    begin, cancel = page.get_by_role("button", name="Draw my picture"), page.get_by_role("button", name="Cancel")
    drawing = page.locator("#drawing")
    with without_reload(page):
        begin.click()
        cancel.click()
        expect(page.locator("#phase")).to_have_text("Cancelled.")
        begin.click()
        expect(drawing).to_have_attribute("data-phase", "drawing")
        expect(begin).to_be_disabled()
        stack.process("worker-slow").kill()
        expect(drawing).to_have_attribute("data-phase", "stalled")
        begin.click()
        expect(drawing).to_have_attribute("data-phase", "done")


def test_a_file_goes_from_one_client_to_another(name: str, page: Page, visit: Visit, tmp_path: Path) -> None:
    elsewhere = visit(name, PATH, client="client-2")
    page.get_by_label("Display name").fill("Ada")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#card [data-field=display_name]")).to_have_text("Ada")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    path = tmp_path / "profile.json"
    download.value.save_as(path)
    with without_reload(elsewhere):
        field = elsewhere.get_by_label("Take over a profile from a file")
        field.set_input_files(path)
        elsewhere.get_by_role("button", name="Take over", exact=True).click()
        expect(elsewhere.locator(note(elsewhere, "take-over"))).to_have_text("Taken over.")
        expect(elsewhere.locator("#card [data-field=display_name]")).to_have_text("Ada")
        expect(elsewhere.get_by_label("Display name")).to_have_value("Ada")
        expect(elsewhere.locator("#saved li")).to_contain_text("(from a file)")
        path.write_text(json.dumps({"phone": "none"}))
        field.set_input_files(path)
        elsewhere.get_by_role("button", name="Take over", exact=True).click()
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(elsewhere.locator("#file-error")).to_contain_text("Phone: ")


def test_it_is_accessible_in_the_dark_and_fits_a_phone(name: str, visit: Visit) -> None:
    page = visit(name, PATH, color_scheme="dark", viewport={"width": 360, "height": 740})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
