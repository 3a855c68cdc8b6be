"""Poison between good messages is alone in the dead-letter queue; the others arrive in time; it can be cured."""

import json
import time
from collections.abc import Iterator

import pytest

from stack.waiting import wait_until
from tests.e2e.bad_bodies import BAD
from tests.e2e.console import Console
from tests.faults.columns import set_width
from tests.faults.commands import run
from tests.faults.world import World

IN_TIME = 10.0  # seconds in which good changes arrive, whatever is beside them
COLUMN, WIDTH, NARROW = "last_name", 150, 30
CREATE = """
from master.users.models import User

result = [str(User.objects.get_or_create(username=f"poison-{number}")[0].uid) for number in range(count)]
"""


@pytest.fixture
def narrow_column(world: World) -> Iterator[str]:
    """Make a column narrower on the client than on master; in the end it is as it was."""
    world.master("UPDATE users_user SET last_name = 'fits' WHERE length(last_name) > %s", NARROW)
    world.settle()
    set_width(world.url("client"), COLUMN, NARROW)
    yield COLUMN
    set_width(world.url("client"), COLUMN, WIDTH)


@pytest.fixture
def uids(world: World, master: Console) -> list[str]:
    """Return the keys of twelve users whom both sides have."""
    keys: list[str] = master(CREATE, count=12)
    world.settle()
    return keys


def rename_all(world: World, uids: list[str], name: str) -> float:
    """Change users one by one; return the seconds until all changes have arrived."""
    started = time.monotonic()
    for uid in uids:
        world.master("UPDATE users_user SET first_name = %s WHERE uid = %s", name, uid)
    query = "SELECT count(*) FROM users_user WHERE first_name = %s AND uid = ANY(%s::uuid[])"
    assert wait_until(lambda: world.on_client(query, name, uids) == [(len(uids),)], seconds=60)
    return time.monotonic() - started


def poison(world: World, uid: str) -> None:
    """Give a user on master a name that the client's column cannot hold, between changes of others."""
    world.master("UPDATE users_user SET last_name = repeat('x', %s) WHERE uid = %s", NARROW + 1, uid)
    assert wait_until(lambda: world.in_queue("-dead-letters") == 1, seconds=60)


@pytest.mark.short
def test_poison_of_each_kind_holds_nobody_up(world: World, uids: list[str]) -> None:
    sent = set()
    for number, (name, (body, _)) in enumerate(BAD.items()):
        sent.add(world.queues.send(body))
        assert rename_all(world, uids[:3], f"Good {number}") < IN_TIME, name
    world.settle(dead_letters=len(BAD))
    letters = world.queues.dead_letters(sent)
    for _, reason in BAD.values():
        assert any(reason in letter.reason for letter in letters), reason
    world.settle()


def test_an_event_that_the_client_cannot_hold_is_cured_once_it_can(
    world: World, uids: list[str], narrow_column: str
) -> None:
    guilty, *others = uids
    poison(world, guilty)
    assert rename_all(world, others, "Beside") < IN_TIME
    assert world.difference().counts == (0, 1, 0), "only the poisoned row differs"
    (letter,) = _listed(world)
    assert "value too long" in letter["reason"]
    assert letter["state"] == "needed"
    assert guilty in letter["objects"][0]
    assert run(world.client, "dead_letters", "repair", "--all").code == 1, "the cause is still there"
    assert len(_listed(world)) == 1, "what cannot be repaired is kept"
    set_width(world.url("client"), narrow_column, WIDTH)
    assert run(world.client, "dead_letters", "repair", "--all").code == 0
    world.settle()


def test_poison_that_a_newer_version_has_overtaken_is_shown_as_such(
    world: World, uids: list[str], narrow_column: str
) -> None:
    poison(world, uids[0])
    world.master("UPDATE users_user SET last_name = 'fits' WHERE uid = %s", uids[0])
    world.settle(dead_letters=1)
    (letter,) = _listed(world)
    assert letter["state"] == "overtaken"
    assert run(world.client, "dead_letters", "discard", "--all", "--reason", "overtaken").code == 0
    world.settle()


def _listed(world: World) -> list[dict[str, str]]:
    """Return what the command lists of the dead letters."""
    listed = run(world.client, "dead_letters", "list", "--json")
    assert listed.code == 0
    return [json.loads(line) for line in listed.output.splitlines() if line.startswith("{")]
