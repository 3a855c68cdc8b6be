"""The Content-Security-Policy in a real browser: what is put into a page does not run, and what belongs to it does."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from stack.stack import Stack
from tests.e2e.console import Console
from tests.e2e.people import People

Visit = Callable[..., Page]

PUT_IN = """() => {
  window.ran = [];
  const script = document.createElement("script");
  script.textContent = "ran.push('inline')";
  const other = document.createElement("script");
  other.src = "/static/js/directory.js";
  const image = document.createElement("img");
  image.setAttribute("onerror", "ran.push('handler')");
  image.src = "/nothing.png";
  const gone = new Promise((resolve) => (image.addEventListener("error", resolve)));
  const refused = new Promise((resolve) => (other.onerror = resolve));
  document.body.append(script, other, image);
  const evaluated = new Promise((resolve) => setTimeout(() => {
    try {
      new Function("ran.push('evaluated')")();
    } catch {}
    resolve();
  })); // not at once: what a debugger calls may evaluate
  return Promise.all([gone, refused, evaluated]).then(() => ran);
}"""
SUPERUSER = """
from client.users.models import User
user = User.objects.get(uid=uid)
user.is_staff = user.is_superuser = True
user.save()
"""


def complaints(page: Page) -> list[str]:
    """Return the list of what the console will say is against the policy."""
    said: list[str] = []
    page.on("console", lambda each: said.append(each.text) if "Content Security Policy" in each.text else None)
    return said


@pytest.mark.parametrize("path", ["/", "/directory/", "/replication/"])
def test_what_is_put_into_a_page_does_not_run(
    path: str, people: People, clients: dict[str, Console], visit: Visit
) -> None:
    person = people.create()
    clients["client"](SUPERUSER, uid=person.uid)
    page = visit(person.username, path)
    said = complaints(page)
    assert page.evaluate(PUT_IN) == []
    assert said


def test_pages_and_the_admin_do_nothing_against_it(
    stack: Stack, people: People, clients: dict[str, Console], visit: Visit
) -> None:
    person = people.create()
    clients["client"](SUPERUSER, uid=person.uid)
    page = visit(person.username)
    said = complaints(page)
    address = stack.url("client-web")
    for path in ("/", "/directory/", "/replication/", "/admin/", "/admin/users/user/", "/admin/users/user/add/"):
        answer = page.goto(f"{address}{path}")
        assert answer
        assert answer.status == 200
        page.wait_for_load_state()
    assert said == []


def test_the_admins_scripts_work(stack: Stack, people: People, clients: dict[str, Console], visit: Visit) -> None:
    person = people.create()
    clients["client"](SUPERUSER, uid=person.uid)
    page = visit(person.username)
    page.goto(f"{stack.url('client-web')}/admin/users/user/?q={person.username}")
    page.locator("#action-toggle").check()
    expect(page.locator("input.action-select").first).to_be_checked()
    page.get_by_role("link", name=person.username).first.click()
    expect(
        page.locator(".selector-chosen").first
    ).to_be_visible()  # two lists of permissions that a script makes of one
