"""Notices in the admin: what one does is shown to those who may know, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from stack.stack import Stack
from tests.e2e.accessibility import violations
from tests.e2e.admin import PASSWORD
from tests.e2e.browsing import Browsing
from tests.e2e.console import Console
from tests.e2e.people import People

STAFF = """
from django.contrib.auth.models import Permission
from master.users.models import User
user = User.objects.create_user(username, password=password, is_staff=True)
user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
"""
CHANGE = """
from django.contrib.admin.models import CHANGE, LogEntry
from master.users.models import User
LogEntry.objects.log_actions(User.objects.get(username="admin").pk, User.objects.filter(username=who), CHANGE, message)
"""


@pytest.fixture
def staff(browsing: Browsing, stack: Stack, master: Console, people: People) -> "Staff":
    """Return what signs in somebody of the staff."""
    return Staff(browsing, stack.url("master-web"), master, people)


class Staff:
    """Opens the admin as somebody with few permissions."""

    def __init__(self, browsing: Browsing, address: str, master: Console, people: People) -> None:
        self._browsing, self._address, self._master, self._people = browsing, address, master, people

    def open(self, *codenames: str) -> Page:
        """Return the admin's first page once it is connected."""
        username = self._people.name("staff")
        self._master(STAFF, username=username, password=PASSWORD, codenames=codenames)
        page = self._browsing.context().new_page()
        greetings = frames(page)
        page.goto(f"{self._address}/admin/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/admin/")
        while not greetings:
            page.wait_for_timeout(20)
        assert greetings[0].startswith(f"Hello {username}!")
        return page


def frames(page: Page) -> list[str]:
    """Return a list that grows by each frame of the sockets that a page opens from now on."""
    came: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda text: came.append(str(text))))
    return came


def test_a_change_is_shown_to_those_who_may_know(
    staff: Staff, master: Console, people: People, demo_users: object
) -> None:
    changer, viewer, other = staff.open("change_user"), staff.open("view_user"), staff.open("view_group")
    who = people.name("<b>person")
    master("from master.users.models import User; User.objects.create(username=who)", who=who)
    master(CHANGE, who=who, message="Changed <i>name</i>.")
    for page in (changer, viewer):
        toast = page.locator("#notices [role=status] .notice")
        expect(toast).to_contain_text(f"admin changed user: {who}")
        expect(toast).to_contain_text("Changed <i>name</i>.")  # as text
    assert other.locator(".notice").count() == 0
    expect(viewer.locator(".notice a")).to_have_count(0)
    assert violations(changer) == []
    viewer.locator(".notice button", has_text="Dismiss").click()
    expect(viewer.locator(".notice")).to_have_count(0)
    changer.get_by_role("link", name="Open").first.click()
    changer.wait_for_url("**/admin/users/user/*/change/")
    expect(changer.locator("#id_username")).to_have_value(who)


def test_who_signs_out_in_one_tab_is_told_nothing_in_another(staff: Staff, master: Console, demo_users: object) -> None:
    page, another = staff.open("view_user"), staff.open("view_user")
    tab = page.context.new_page()
    tab.goto(page.url)
    with page.expect_response("**/notices/token") as asked:
        tab.get_by_role("button", name="Log out").click()
    assert asked.value.status == 403
    master(CHANGE, who="admin", message="secret")
    expect(another.locator(".notice")).to_contain_text("secret")
    assert page.locator(".notice").count() == 0


def test_pages_come_back_after_a_restart_of_the_server(
    staff: Staff, stack: Stack, master: Console, demo_users: object
) -> None:
    page = staff.open("view_user")
    greetings = frames(page)
    stack.process("notices").restart()
    while not greetings:  # it may try before the server is there
        page.wait_for_timeout(20)
    master(CHANGE, who="admin", message="again")
    expect(page.locator(".notice")).to_contain_text("again")
