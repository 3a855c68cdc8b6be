"""Two workers apply at the same time."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import permutations

import pytest
from django.db import connection, transaction

from client.replication.changes import Incoming
from client.users.models import User
from tests.client.replication.users import ADA, BOB, CY, apply_users, assert_held, gone, key, user, versions
from tests.client.replication.workers import SECONDS, Workers, paused, wait_for_a_lock, workers
from tests.client.things.models import Note

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def group() -> Iterator[Workers]:
    with workers() as started:
        yield started


@pytest.mark.parametrize(("first", "second"), [(6, 5), (5, 6)])
def test_two_workers_meet_at_an_object_that_neither_has_seen(group: Workers, first: int, second: int) -> None:
    with paused(group, partial(apply_users, user(ADA, first, f"ada-{first}"))):
        other = group.start(partial(apply_users, user(ADA, second, f"ada-{second}")))
        wait_for_a_lock()
    other.result(SECONDS)
    assert_held({ADA: "ada-6"})
    assert versions() == {ADA: 6}


def test_an_upsert_that_waits_for_a_delete_does_not_revive(group: Workers) -> None:
    apply_users(user(ADA, 1, "ada"))
    with paused(group, partial(apply_users, gone(ADA, 3))):
        late = group.start(partial(apply_users, user(ADA, 2, "augusta")))
        wait_for_a_lock()
    assert late.result(SECONDS).ignored == 1
    assert_held({})


def test_a_delete_that_waits_for_a_row_that_hangs_on_the_user_takes_it_along(group: Workers) -> None:
    apply_users(user(ADA, 1, "ada"))
    with transaction.atomic():
        ada = User.objects.select_for_update().get(uid=ADA)
        Note.objects.create(user=ada)
        deleting = group.start(partial(apply_users, gone(ADA, 2)))
        wait_for_a_lock()
    assert deleting.result(SECONDS).refused == []
    assert_held({})
    assert not Note.objects.exists()


SWAP = [user(ADA, 5, "bob"), user(BOB, 4, "ada")]


@pytest.mark.parametrize("halves", list(permutations(SWAP)))
def test_one_half_of_a_swap_waits_for_the_other(group: Workers, halves: tuple[Incoming, Incoming]) -> None:
    apply_users(user(ADA, 1, "ada"), user(BOB, 2, "bob"))
    with paused(group, partial(apply_users, halves[0])):
        other = group.start(partial(apply_users, halves[1]))
        wait_for_a_lock()
    other.result(SECONDS)
    assert_held({ADA: "bob", BOB: "ada"})


def test_the_halves_of_many_swaps_at_once_converge(group: Workers) -> None:
    apply_users(user(ADA, 1, "ada"), user(BOB, 2, "bob"))
    names = ["ada", "bob"]
    for version in range(10, 50, 2):
        names.reverse()
        halves = [user(ADA, version + 1, names[0]), user(BOB, version, names[1])]
        group.together(*(partial(apply_users, half) for half in halves))
        assert_held({ADA: names[0], BOB: names[1]})


def test_two_new_users_claim_one_name_at_once(group: Workers) -> None:
    for number in range(10):
        older, newer = key(f"older {number}"), key(f"newer {number}")
        claims = [user(older, 2 * number + 1, f"x{number}"), user(newer, 2 * number + 2, f"x{number}")]
        group.together(*(partial(apply_users, claim) for claim in claims))
        assert_held({older: f"~{older}", newer: f"x{number}"})
        apply_users(gone(older, 1000), gone(newer, 1000))


@pytest.mark.parametrize(("first", "second", "winner"), [(5, 6, CY), (6, 5, ADA)])
def test_a_claim_on_a_value_that_another_worker_has_just_written_is_settled_at_the_second_try(
    group: Workers, first: int, second: int, winner: str
) -> None:
    with transaction.atomic():
        apply_users(user(ADA, first, "x"))
        other = group.start(partial(apply_users, user(CY, second, "x")))
        wait_for_a_lock()
    other.result(SECONDS)
    assert_held({ADA: f"~{ADA}", CY: f"~{CY}"} | {winner: "x"})


def test_batches_that_overlap_do_not_lose_each_others_changes(group: Workers) -> None:
    keys = [key(f"user-{number}") for number in range(60)]
    batches = [
        [user(each, version, f"{each}-{version}") for each in keys[start : start + 40]]
        for version, start in enumerate((0, 20, 10, 5), start=1)
    ]
    group.together(*(partial(apply_users, *batch[:: 1 if place % 2 else -1]) for place, batch in enumerate(batches)))
    newest = {change.key: change.row["username"] for batch in batches for change in batch}
    assert_held(newest)


def test_a_batch_that_dies_of_a_deadlock_is_tried_again(group: Workers) -> None:
    first, last = sorted([ADA, BOB])
    apply_users(user(ADA, 1, "ada"), user(BOB, 2, "bob"))
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("SET deadlock_timeout = '60s'")  # so that it is the worker who finds the deadlock, and dies
        cursor.execute("BEGIN")
        lock = 'SELECT 1 FROM replication_applied_row WHERE "key" = %s FOR UPDATE'
        cursor.execute(lock, [last])
        batch = group.start(partial(apply_users, user(first, 5, "first"), user(last, 6, "last")))
        wait_for_a_lock()
        cursor.execute(lock, [first])  # returns when the worker's try is undone
        cursor.execute("COMMIT")
    assert len(batch.result(SECONDS).changes) == 2
    assert_held({first: "first", last: "last"})
