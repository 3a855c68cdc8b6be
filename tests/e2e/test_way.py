"""The whole way: what changes on master changes on the open pages of every client, without a reload."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.admin import Admin
from tests.e2e.browsing import expect_signed_out, without_reload
from tests.e2e.console import Console
from tests.e2e.people import People

Visit = Callable[..., Page]


@pytest.fixture
def directories(people: People, visit: Visit) -> list[Page]:
    """Open the directory of each client as somebody who only looks."""
    reader = people.create("reader")
    return [visit(reader.username, "/directory/", client=client) for client in people.clients]


def in_row(username: str, field: str = "username") -> str:
    """Return the selector of what the directory shows of a user."""
    return f"#users tr:has-text('{username}') [data-field={field}]"


def test_a_user_created_in_the_admin_appears_and_can_sign_in(
    admin: Admin, people: People, visit: Visit, directories: list[Page]
) -> None:
    username = people.name("new")
    with without_reload(*directories):
        admin.create(username)
        for directory in directories:
            expect(directory.locator(in_row(username))).to_have_text(username)
    for client in people.clients:
        expect(visit(username, client=client).locator("[data-field=username]")).to_have_text(username)


def test_a_rename_shows_on_the_users_own_page_and_in_the_directories(
    admin: Admin, people: People, visit: Visit, directories: list[Page]
) -> None:
    person = people.create("old", first_name="Augusta")
    owns = [visit(person.username, client=client) for client in people.clients]
    versions = [own.locator("[data-field=version]").inner_text() for own in owns]
    username = people.name("renamed")
    with without_reload(*owns, *directories):
        admin.change(person.username, username=username, first_name="Ada")
        for page in owns:
            expect(page.locator("[data-field=username]")).to_have_text(username)
            expect(page.locator("[data-field=first_name]")).to_have_text("Ada")
        for page in directories:
            expect(page.locator(in_row(username, "first_name"))).to_have_text("Ada")
            expect(page.locator(in_row(person.username))).to_have_count(0)
    risen = [own.locator("[data-field=version]").inner_text() for own in owns]
    assert all(int(now) > int(before) for now, before in zip(risen, versions, strict=True))


def test_who_is_deactivated_is_signed_out_and_shown_as_not_active(
    admin: Admin, people: People, visit: Visit, directories: list[Page]
) -> None:
    person = people.create()
    owns = [visit(person.username, client=client) for client in people.clients]
    with without_reload(*owns, *directories):
        admin.change(person.username, is_active=False)
        for page in owns:
            expect_signed_out(page)
        for page in directories:
            expect(page.locator(in_row(person.username, "is_active"))).to_have_text("no")
    for page in owns:
        page.reload()
        page.wait_for_url("**/accounts/login/?next=/")


def test_who_is_deleted_is_signed_out_and_leaves_the_directories(
    admin: Admin, people: People, visit: Visit, directories: list[Page]
) -> None:
    person = people.create()
    owns = [visit(person.username, client=client) for client in people.clients]
    with without_reload(*owns, *directories):
        for page in directories:
            expect(page.locator(in_row(person.username))).to_be_visible()
        admin.delete(person.username)
        for page in owns:
            expect_signed_out(page)
        for page in directories:
            expect(page.locator(in_row(person.username))).to_have_count(0)


def test_who_becomes_staff_leaves_the_clients_and_who_stops_comes_back(
    admin: Admin, people: People, visit: Visit, directories: list[Page]
) -> None:
    person = people.create()
    own = visit(person.username)
    with without_reload(own, *directories):
        admin.change(person.username, is_staff=True)
        expect_signed_out(own)
        for page in directories:
            expect(page.locator(in_row(person.username))).to_have_count(0)
        admin.change(person.username, is_staff=False)
        for page in directories:
            expect(page.locator(in_row(person.username))).to_be_visible()


@pytest.mark.parametrize(
    "code",
    [
        "from master.users.models import User; User.objects.filter(uid=uid).update(first_name='Grace')",
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute(\"UPDATE users_user SET first_name = 'Grace' WHERE uid = %s\", [uid])",
    ],
    ids=["by QuerySet.update", "by raw SQL"],
)
def test_a_change_that_no_model_signal_tells_of_arrives(
    code: str, master: Console, people: People, visit: Visit, directories: list[Page]
) -> None:
    person = people.create()
    own = visit(person.username)
    with without_reload(own, *directories):
        master(code, uid=person.uid)
        expect(own.locator("[data-field=first_name]")).to_have_text("Grace")
        for page in directories:
            expect(page.locator(in_row(person.username, "first_name"))).to_have_text("Grace")
