"""The client's own column: written by the form on `/`, seen on this client, and nowhere else."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.browsing import frames_of, without_reload
from tests.e2e.people import People

Visit = Callable[..., Page]

TOO_LONG = "x" * 141


def save_status(page: Page, status: str) -> None:
    """Write a status and send it."""
    page.get_by_label("Your status on this service").fill(status)
    page.get_by_role("button", name="Save").click()


def test_a_status_is_saved_and_shows_in_the_directory_of_others(people: People, visit: Visit) -> None:
    person, reader = people.create(), people.create("reader")
    own, other_tab = visit(person.username), visit(person.username)
    directory = visit(reader.username, f"/directory/?search={person.username}")
    with without_reload(own, other_tab, directory):
        save_status(own, "On <b>holiday</b>")
        expect(own.locator("#status-note")).to_have_text("Saved.")
        for page in (own, other_tab):
            expect(page.locator("[data-field=status]")).to_have_text("On <b>holiday</b>")
        expect(other_tab.get_by_label("Your status on this service")).to_have_value("On <b>holiday</b>")
        expect(directory.locator("#users [data-field=status]")).to_have_text("On <b>holiday</b>")
    own.reload()
    expect(own.locator("[data-field=status]")).to_have_text("On <b>holiday</b>")


def test_what_is_wrong_is_said_beside_the_field_and_can_be_mended(people: People, visit: Visit) -> None:
    page = visit(people.create().username)
    with without_reload(page):
        save_status(page, TOO_LONG)
        expect(page.locator("#status-note")).to_contain_text("at most 140 characters (it has 141)")
        expect(page.locator("[name=status]")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("[name=status]")).to_have_value(TOO_LONG)
        expect(page.locator("[data-field=status]")).to_have_text("")
        save_status(page, "short")
        expect(page.locator("#status-note")).to_have_text("Saved.")
        expect(page.locator("[name=status]")).not_to_have_attribute("aria-invalid", "true")
        expect(page.locator("[data-field=status]")).to_have_text("short")


def test_what_one_goes_on_to_write_stays_when_the_answer_comes(people: People, visit: Visit) -> None:
    person = people.create()
    page = visit(person.username)
    field = page.get_by_label("Your status on this service")
    with without_reload(page):
        field.fill("away")
        field.press("Enter")
        field.press_sequentially(" until noon")
        expect(page.locator("#status-note")).to_have_text("Saved.")
        people.save(person, first_name="Marker")
        expect(page.locator("[data-field=first_name]")).to_have_text("Marker")
        expect(page.locator("[data-field=status]")).to_have_text("away")
        expect(field).to_have_value("away until noon")


def test_what_is_written_replaces_a_status_that_came_while_the_field_was_selected(people: People, visit: Visit) -> None:
    person = people.create()
    page, elsewhere = visit(person.username), visit(person.username)
    field = page.get_by_label("Your status on this service")
    with without_reload(page, elsewhere):
        for status, mine in (("away", "here"), ("away again", "here again")):
            field.select_text()  # the first time there is nothing to select
            save_status(elsewhere, status)
            expect(field).to_have_value(status)
            page.keyboard.insert_text(mine)
            expect(field).to_have_value(mine)
            field.press("Enter")
            expect(elsewhere.locator("[data-field=status]")).to_have_text(mine)


def test_another_client_never_hears_of_it(people: People, visit: Visit) -> None:
    person = people.create()
    here, there = visit(person.username), visit(person.username, client="client-2")
    frames = frames_of(there)
    with without_reload(here, there):
        save_status(here, "only on client 1")
        expect(here.locator("[data-field=status]")).to_have_text("only on client 1")
        people.save(person, first_name="Marker")
        for page in (here, there):
            expect(page.locator("[data-field=first_name]")).to_have_text("Marker")
        expect(here.locator("[data-field=status]")).to_have_text("only on client 1")
        expect(there.locator("[data-field=status]")).to_have_text("")
    assert any("Marker" in frame for frame in frames)
    assert not any("only on client 1" in frame for frame in frames)
    assert [row["status"] for client in people.clients if (row := people.on(client, person))] == [
        "only on client 1",
        "",
    ]
