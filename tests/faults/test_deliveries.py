"""Messages come twice, in any order, long after later ones, and to two workers at the same time."""

import json
import random
from typing import Any

import pytest

from stack.waiting import wait_until
from tests.e2e.console import Console
from tests.e2e.queues import event
from tests.faults.recording import disordered, one_by_one, put, take_all, withheld
from tests.faults.world import World

SECONDS = 60.0
RENAME = """
from django.db import transaction
from master.users.models import User

with transaction.atomic():
    users = {user.username: user for user in User.objects.select_for_update().filter(username__in=names)}
    for user in users.values():
        User.objects.filter(pk=user.pk).update(username=f"way-{user.pk}")
    for old, new in names.items():
        User.objects.filter(pk=users[old].pk).update(username=new)
"""
CREATE = """
from master.users.models import User

for name in names:
    User.objects.get_or_create(username=name)
"""
# from which name to which: each done as one transaction on master; after all of them the names are as at first
TRAVELS = [
    {"t-ada": "t-free", "t-bob": "t-ada"},  # A→B, and A gets a new name
    {"t-ada": "t-bob", "t-free": "t-ada"},  # B→A
    {"t-ada": "t-bob", "t-bob": "t-ada"},  # a swap
    {"t-ada": "t-bob", "t-bob": "t-eve", "t-eve": "t-ada"},  # a chain of three
    {"t-ada": "t-eve", "t-eve": "t-bob", "t-bob": "t-ada"},  # the other way round
]


def applied(world: World, key: str) -> list[tuple[object, ...]]:
    """Return what the client has applied of an object: version, and whether it is gone."""
    return world.on_client('SELECT version, deleted FROM replication_applied_row WHERE "key" = %s', key)


@pytest.mark.parametrize("split", [False, True], ids=["as they were sent", "an event each"])
def test_any_order_and_number_of_deliveries_ends_equal(split: bool, world: World) -> None:
    chance = random.Random(world.seed)
    with withheld(world):
        before, writer = world.versions(), world.write(rate=60)
        assert wait_until(lambda: world.versions() > before + 1_500, seconds=SECONDS)
        writer.stop()
        bodies = take_all(world)
    assert len(bodies) > 20
    copies, late = disordered(one_by_one(bodies) if split else bodies, chance)
    put(world, copies)
    assert wait_until(lambda: world.difference().is_equal, seconds=SECONDS)
    put(world, late)
    world.settle()


@pytest.mark.short
def test_a_name_travels_between_users_under_parallel_workers(world: World, master: Console) -> None:
    master(CREATE, names=["t-ada", "t-bob", "t-eve"])
    world.settle()
    chance = random.Random(world.seed)
    with withheld(world):
        for _ in range(4):
            for names in TRAVELS:
                master(RENAME, names=names)
                assert wait_until(lambda: not world.difference().pending, seconds=SECONDS)
        bodies = one_by_one(take_all(world))
    assert len(bodies) >= 4 * len(TRAVELS)
    copies, late = disordered(bodies, chance)
    put(world, copies)
    put(world, late)
    world.settle()
    held = world.on_client("SELECT username FROM users_user WHERE username LIKE 't-%%' ORDER BY 1")
    assert held == [("t-ada",), ("t-bob",), ("t-eve",)]


@pytest.mark.short
def test_a_late_upsert_does_not_revive_what_was_deleted(world: World, master: Console) -> None:
    with withheld(world):
        uid = master("from master.users.models import User; result = User.objects.create(username='revenant').uid")
        upserts = take_all(world)
    put(world, upserts)
    world.settle()
    master("from master.users.models import User; User.objects.get(uid=uid).delete()", uid=uid)
    world.settle()
    ((version, deleted),) = applied(world, uid)
    assert deleted
    put(world, upserts * 3)
    world.settle()
    assert applied(world, uid) == [(version, True)]


@pytest.mark.short
def test_two_workers_get_versions_of_unseen_objects_at_the_same_time(world: World, master: Console) -> None:
    """Only objects that no guard knows are a race to insert it: so these come from a stranger, and go again."""
    events: list[dict[str, Any]] = [event(username=f"race-{number}", first_name="Old") for number in range(40)]
    keys = [each["data"]["key"] for each in events]
    newer = [event(key=key, version=2, username=f"race-{n}", first_name="New") for n, key in enumerate(keys)]
    copies = [json.dumps([each]) for each in (*events, *newer)] * 3
    random.Random(world.seed).shuffle(copies)
    put(world, copies)
    query = "SELECT count(*) FROM users_user WHERE first_name = 'New' AND uid = ANY(%s::uuid[])"
    assert wait_until(lambda: world.on_client(query, keys) == [(len(keys),)], seconds=SECONDS)
    put(world, [json.dumps([event(key=key, version=3, op="delete")]) for key in keys])
    world.settle()
