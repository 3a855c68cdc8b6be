"""State + changes = fresh load: for every live page and every kind of change, however it reaches the page."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.browsing import expect_live, without_reload
from tests.e2e.console import Console
from tests.e2e.drawn import drawn, wait_for_fresh
from tests.e2e.people import People, Person
from tests.e2e.wire import wired

Visit = Callable[..., Page]

PATHS = ("/", "/directory/", "/replication/")
SWAP = """
from django.db import transaction
from master.users.models import User
with transaction.atomic():
    one, other = User.objects.get(uid=one), User.objects.get(uid=other)
    names = one.username, other.username
    one.username = "between-" + names[0]
    one.save()
    other.username = names[0]
    other.save()
    one.username = names[1]
    one.save()
"""
SQL = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("UPDATE users_user SET last_name = 'by SQL' WHERE uid = %s", [uid])
"""
BULK = "from master.users.models import User; User.objects.filter(uid__in=uids).update(last_name='in bulk')"
STATUS = """
from client.users.models import User
user = User.objects.get(uid=uid)
user.status = status
user.save()
"""
LOCAL = """
from client.users.models import User
user, made = User.objects.get_or_create(username=username, uid=None, defaults={"first_name": "Local"})
if delete:
    user.delete()
"""
STAFF = "from client.users.models import User; User.objects.filter(uid=uid).update(is_staff=True)"


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Whom the changes of a test concern: `me` looks at the pages."""

    me: Person
    other: Person
    people: People
    client: Console

    def save(self, **fields: Any) -> None:
        """Change who looks."""
        self.people.save(self.me, **fields)

    def wait(self, **fields: Any) -> None:
        """Wait until the clients have that of who looks."""
        self.people.wait_for(self.me, **fields)


@pytest.fixture
def acting(people: People, clients: dict[str, Console]) -> Cast:
    """Make two users; the first is staff of the first client, and so may see every page."""
    cast = Cast(me=people.create("me"), other=people.create("other"), people=people, client=clients["client"])
    cast.client(STAFF, uid=cast.me.uid)
    return cast


def rename(cast: Cast) -> None:
    """Change the name that the directory is ordered by."""
    cast.save(username=cast.people.name("a-renamed"))


def flip(cast: Cast) -> None:
    """Deactivate somebody, so that he is drawn otherwise."""
    cast.people.save(cast.other, is_active=False)
    cast.save(first_name="Marker")


def appear(cast: Cast) -> None:
    """Create and delete a user: one appears, another is gone."""
    cast.people.create("appears")
    cast.people.delete(cast.other)
    cast.save(first_name="Marker")


def leave(cast: Cast) -> None:
    """Let somebody become staff on master, who is gone for the clients then, and another come back."""
    cast.people.save(cast.other, is_staff=True)
    cast.save(first_name="Left")
    cast.wait(first_name="Left")
    cast.people.save(cast.other, is_staff=False, first_name="Back")
    cast.save(first_name="Marker")


def swap(cast: Cast) -> None:
    """Hand names over in both directions at once."""
    cast.people.master(SWAP, one=cast.me.uid, other=cast.other.uid)


def local(cast: Cast) -> None:
    """Create a local user of the client, and change who looks so that every page changes."""
    cast.client(LOCAL, username=cast.people.name("local"), delete=False)
    cast.save(first_name="Marker")


def own_column(cast: Cast) -> None:
    """Change the client's own column, then a replicated one."""
    cast.client(STATUS, uid=cast.me.uid, status="at an equal version")
    cast.save(first_name="Marker")


CHANGES: dict[str, Callable[[Cast], None]] = {
    "one field": lambda cast: cast.save(first_name="Augusta"),
    "all fields": lambda cast: cast.save(first_name="A", last_name="<b>B</b>", email="changed@example.net"),
    "rename": rename,
    "swap of names": swap,
    "deactivation of another": flip,
    "creation and deletion": appear,
    "staff and back": leave,
    "QuerySet.update": lambda cast: cast.people.master(BULK, uids=[cast.me.uid, cast.other.uid]),
    "raw SQL": lambda cast: cast.people.master(SQL, uid=cast.me.uid),
    "a local user": local,
    "the client's own column": own_column,
}


@contextmanager
def watching(cast: Cast, visit: Visit) -> Any:
    """Open every live page; in the end each must show what a fresh load shows, without having been loaded again."""
    pages = [visit(cast.me.username, path) for path in PATHS]
    before = [drawn(page) for page in pages]
    with without_reload(*pages):
        yield
        for page, shown in zip(pages, before, strict=True):
            wait_for_fresh(page, shown)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_after_a_change(change: Callable[[Cast], None], acting: Cast, visit: Visit) -> None:
    with watching(acting, visit):
        change(acting)


def test_a_page_of_rows_by_version_needs_no_question_for_a_change(acting: Cast, visit: Visit) -> None:
    page = visit(acting.me.username)
    wire = wired(page)
    asked = len(wire.questions())
    for name in ("Adam", "Bela", "Carl"):
        acting.save(first_name=name)
        expect(page.locator("[data-field=first_name]")).to_have_text(name)
    assert len(wire.questions()) == asked


@pytest.mark.parametrize("path", PATHS)
def test_with_changes_between_rendering_and_connecting(path: str, acting: Cast, visit: Visit) -> None:
    page = visit(acting.me.username, path)
    before = drawn(page)
    held: list[Route] = []
    page.route("**/js/live.js", lambda route: held.append(route))
    with page.expect_request("**/js/live.js"):
        page.reload(wait_until="commit")
    expect(page.locator("main")).to_be_visible()
    acting.save(first_name="Between")
    acting.people.delete(acting.other)
    acting.wait(first_name="Between")
    for route in held:
        route.continue_()
    expect_live(page)
    with without_reload(page):
        wait_for_fresh(page, before)


@pytest.mark.parametrize("path", PATHS)
def test_with_changes_during_a_reconnect(path: str, acting: Cast, visit: Visit) -> None:
    page = visit(acting.me.username, path)
    wire = wired(page)
    before = drawn(page)
    with without_reload(page):
        wire.mode = "refuse"
        wire.cut()
        expect(page.locator("#badge")).to_have_attribute("data-state", "waiting")
        rename(acting)
        acting.people.create("appears")
        acting.people.delete(acting.other)
        acting.save(first_name="Meanwhile")
        acting.wait(first_name="Meanwhile")
        wire.mode = "pass"
        expect_live(page)
        wait_for_fresh(page, before)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("seed", [1, 2])
def test_with_frames_lost_at_random(seed: int, path: str, acting: Cast, visit: Visit) -> None:
    page = visit(acting.me.username, path)
    wire = wired(page)
    before = drawn(page)
    with without_reload(page):
        wire.lose_at_random(seed, 0.5)
        for number in range(8):
            came = len(wire.came)
            acting.save(first_name=f"Number {number}")
            wire.wait_for_frame(page, after=came)
        acting.people.delete(acting.other)
        wire.loses = lambda frame: True  # so that nothing but a sign of life can say that the last one is missing
        came = len(wire.came)
        acting.save(first_name="The last")
        acting.wait(first_name="The last")
        wire.wait_for_frame(page, after=came)
        assert wire.lost
        wire.lose_nothing()
        wait_for_fresh(page, before)
