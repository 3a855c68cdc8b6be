"""Cookies ignore ports: one browser is signed in to master's admin and to both clients, each on its own."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from stack import demo
from stack.stack import Stack
from tests.e2e.browsing import expect_live, expect_signed_out
from tests.e2e.people import People


def test_one_browser_stays_signed_in_to_all_and_signs_out_of_one(
    context: BrowserContext,
    sign_in_to_admin: Callable[[Page], None],
    sign_in: Callable[..., None],
    people: People,
    stack: Stack,
) -> None:
    admin, first, first_too, second = (context.new_page() for _ in range(4))
    person = people.create()
    sign_in_to_admin(admin)
    sign_in(first, "grace", web="client-web")
    sign_in(second, person.username, web="client-web-2")
    first_too.goto(f"{stack.url('client-web')}/directory/")
    for page in (first, first_too, second):
        page.reload()
        expect_live(page)
    first.get_by_role("button", name="Sign out").click()
    first.wait_for_url("**/accounts/login/")
    expect_signed_out(first_too)
    people.save(person, first_name="Marker")
    expect(second.locator("[data-field=first_name]")).to_have_text("Marker")
    second.reload()
    expect(second.locator("[data-field=username]")).to_have_text(person.username)
    admin.reload()
    expect(admin.locator("#user-tools")).to_contain_text("admin")


def test_signing_out_of_the_admin_leaves_the_clients(
    context: BrowserContext, sign_in_to_admin: Callable[[Page], None], sign_in: Callable[..., None], stack: Stack
) -> None:
    admin, page = context.new_page(), context.new_page()
    sign_in(page, "grace", web="client-web")
    sign_in_to_admin(admin)
    admin.get_by_role("button", name="Log out").click()
    admin.goto(f"{stack.url('master-web')}/admin/")
    expect(admin.get_by_role("button", name="Log in")).to_be_visible()
    page.reload()
    expect_live(page)
    expect(page.locator("[data-field=username]")).to_have_text("grace")


def test_a_sign_in_link_works_once(page: Page, stack: Stack, people: People) -> None:
    person = people.create()
    link = demo.sign_in_link(stack, person.username, "client-web")
    page.goto(link)
    expect(page.locator("[data-field=username]")).to_have_text(person.username)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")
    page.goto(link)
    expect(page.get_by_role("heading")).to_have_text("This sign-in link is not good any more")
    page.goto(f"{stack.url('client-web')}/")
    page.wait_for_url("**/accounts/login/?next=/")


def test_what_one_client_gave_a_browser_opens_nothing_on_another(
    context: BrowserContext, sign_in: Callable[..., None], people: People, stack: Stack
) -> None:
    page, person, there = context.new_page(), people.create(), stack.url("client-web-2")
    sign_in(page, person.username, web="client-web")
    (session,) = (cookie["value"] for cookie in context.cookies() if cookie["name"] == "client_sessionid")
    context.add_cookies([{"name": "client-2_sessionid", "value": session, "url": there}])
    page.goto(f"{there}/")
    page.wait_for_url("**/accounts/login/?next=/")
    page.goto(demo.sign_in_link(stack, person.username, "client-web").replace(stack.url("client-web"), there))
    expect(page.get_by_role("heading")).to_have_text("This sign-in link is not good any more")
