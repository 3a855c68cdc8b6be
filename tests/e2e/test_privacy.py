"""Who is told what: one's own topic only, and e-mail addresses only for those who may view users."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.browsing import frames_of
from tests.e2e.console import Console
from tests.e2e.people import People

Visit = Callable[..., Page]

ALLOW = """
from django.contrib.auth.models import Permission
from client.users.models import User
User.objects.get(uid=uid).user_permissions.add(Permission.objects.get(codename="view_user"))
"""
# Asks for another's state in a way that somebody might try, then for one's own; returns all that was answered.
ASK = """
uid => new Promise(resolve => {
  const answers = [];
  DFSignals.connect("users.snapshot", (answer, id) => {
    if (id !== undefined) answers.push(answer);
    if (id !== undefined && answer.ask === 1001) resolve(answers);
  });
  DFSignals.call("users.snapshot", { view: "you", ask: 1000, uid, topic: `user.${uid}` });
  DFSignals.call("users.snapshot", { view: "you", ask: 1001 });
})
"""


def test_a_user_never_receives_the_topic_of_another(people: People, visit: Visit) -> None:
    one, other = people.create("one"), people.create("other")
    page, others = visit(one.username), visit(other.username)
    frames = frames_of(page)
    for name in ("Adam", "Bela", "Carl"):
        people.save(other, first_name=name)
        expect(others.locator("[data-field=first_name]")).to_have_text(name)
    others.get_by_label("Your status on this service").fill("a secret")
    others.get_by_role("button", name="Save").click()
    expect(others.locator("[data-field=status]")).to_have_text("a secret")
    people.save(one, first_name="Marker")
    expect(page.locator("[data-field=first_name]")).to_have_text("Marker")
    assert any("Marker" in frame for frame in frames)
    assert not any(word in frame for frame in frames for word in (other.uid, other.username, "a secret"))


def test_a_browser_cannot_ask_for_the_state_of_another(people: People, visit: Visit) -> None:
    one, other = people.create("one"), people.create("other")
    page = visit(one.username)
    frames = frames_of(page)
    answers = page.evaluate(ASK, other.uid)
    assert [row["uid"] for answer in answers for row in answer["rows"]] == [one.uid]
    assert not any(other.uid in frame for frame in frames)


def test_email_addresses_are_shown_and_sent_to_those_who_may_view_users_only(
    people: People, clients: dict[str, Console], visit: Visit
) -> None:
    person, clerk, reader = people.create("person"), people.create("clerk"), people.create("reader")
    clients["client"](ALLOW, uid=clerk.uid)
    row = f"#users tr[data-uid='{person.uid}']"
    allowed, not_allowed = visit(clerk.username, "/directory/"), visit(reader.username, "/directory/")
    frames = frames_of(not_allowed)
    people.save(person, email="changed@example.net", first_name="Marker")
    expect(allowed.locator(f"{row} [data-field=email]")).to_have_text("changed@example.net")
    expect(not_allowed.locator(f"{row} [data-field=first_name]")).to_have_text("Marker")
    assert any("Marker" in frame for frame in frames)
    assert not any("@example" in frame for frame in frames)
    assert "@example" not in not_allowed.content()
    not_allowed.goto(not_allowed.url.split("?")[0] + "?search=changed@example.net")
    expect(not_allowed.locator("#nobody")).to_be_visible()
