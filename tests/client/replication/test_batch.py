"""Unique values find their way to who holds them on master, in whatever order the changes come."""

from itertools import permutations

import pytest

from client.replication.changes import Incoming
from tests.client.replication.users import (
    ADA,
    BOB,
    CY,
    apply_singly,
    apply_users,
    assert_held,
    gone,
    held,
    some,
    user,
    versions,
)

pytestmark = pytest.mark.django_db

# On master: a took `tmp`, b took `ada`, a took `bob`. What is published is what each is in the end.
SWAP = [user(ADA, 5, "bob"), user(BOB, 4, "ada")]
CHAIN = [user(ADA, 7, "bob"), user(BOB, 6, "cy"), user(CY, 5, "dee")]


def three() -> None:
    """Begin with three users."""
    apply_users(user(ADA, 1, "ada"), user(BOB, 2, "bob"), user(CY, 3, "cy"))


@pytest.mark.parametrize("order", list(permutations(SWAP)))
def test_two_users_swap_their_names_in_one_batch(order: tuple[Incoming, ...]) -> None:
    three()
    applied = apply_users(*order)
    assert_held({ADA: "bob", BOB: "ada", CY: "cy"})
    assert sorted(each.key for each in applied.changes) == sorted([ADA, BOB])


@pytest.mark.parametrize("order", list(permutations(SWAP)))
def test_two_users_swap_their_names_in_two_batches(order: tuple[Incoming, ...]) -> None:
    three()
    apply_singly(*order)
    assert_held({ADA: "bob", BOB: "ada", CY: "cy"})


@pytest.mark.parametrize("order", list(permutations(CHAIN)))
def test_three_users_move_on_in_one_batch(order: tuple[Incoming, ...]) -> None:
    three()
    apply_users(*order)
    assert_held({ADA: "bob", BOB: "cy", CY: "dee"})


@pytest.mark.parametrize("order", list(permutations(CHAIN)))
def test_three_users_move_on_in_three_batches(order: tuple[Incoming, ...]) -> None:
    three()
    apply_singly(*order)
    assert_held({ADA: "bob", BOB: "cy", CY: "dee"})


def test_a_name_is_handed_over_with_the_delete_of_its_holder() -> None:
    three()
    apply_users(gone(ADA, 4), user(BOB, 5, "ada"))
    assert_held({BOB: "ada", CY: "cy"})


@pytest.mark.parametrize("order", list(permutations([gone(ADA, 4), user(BOB, 5, "ada")])))
def test_a_name_is_handed_over_also_when_the_delete_comes_in_another_batch(order: tuple[Incoming, ...]) -> None:
    three()
    apply_singly(*order)
    assert_held({BOB: "ada", CY: "cy"})


def test_an_older_holder_is_set_aside_and_told() -> None:
    three()
    applied = apply_users(user(BOB, 4, "ada"))
    assert_held({ADA: f"~{ADA}", BOB: "ada", CY: "cy"})
    assert applied.aside == 1
    assert applied.clashes == []
    (moved,) = (each for each in applied.changes if each.key == ADA)
    assert (moved.op, moved.version, moved.row, moved.changed) == ("upsert", 1, {"username": f"~{ADA}"}, ("username",))
    assert versions()[ADA] == 1


def test_who_was_set_aside_comes_back_with_his_own_newer_change() -> None:
    three()
    apply_singly(user(BOB, 5, "ada"), user(ADA, 4, "augusta"))
    assert_held({ADA: "augusta", BOB: "ada", CY: "cy"})


def test_a_stale_claim_is_written_with_its_value_set_aside() -> None:
    apply_users(user(BOB, 5, "ada"))
    applied = apply_users(user(ADA, 4, "ada", first_name="Ada"))
    assert_held({ADA: f"~{ADA}", BOB: "ada"})
    assert held(ADA).first_name == "Ada"
    assert applied.aside == 1
    (change,) = applied.changes
    assert change.row is not None
    assert change.row["username"] == f"~{ADA}"


def test_a_holder_that_only_lost_another_field_gives_way_by_his_newer_version() -> None:
    three()
    apply_users(some(ADA, 9, email="a@example.org"), user(BOB, 8, "ada"))
    assert_held({ADA: "ada", BOB: f"~{BOB}", CY: "cy"})


def test_of_two_new_users_with_one_name_the_newer_gets_it() -> None:
    applied = apply_users(user(ADA, 4, "x"), user(BOB, 5, "x"))
    assert_held({ADA: f"~{ADA}", BOB: "x"})
    assert applied.aside == 1


HAND_TO_HAND = [user(ADA, 1, "x"), user(ADA, 2, "a"), user(BOB, 3, "x"), user(BOB, 4, "b"), user(ADA, 5, "x")]


@pytest.mark.parametrize("order", list(permutations(HAND_TO_HAND))[::7])
def test_a_name_goes_from_hand_to_hand_and_back(order: tuple[Incoming, ...]) -> None:
    apply_singly(*order)
    assert_held({ADA: "x", BOB: "b"})


def test_a_redelivery_of_a_holder_set_aside_tells_what_is_held() -> None:
    three()
    apply_users(user(BOB, 4, "ada"))
    (change,) = apply_users(user(ADA, 1, "ada")).changes
    assert change.repeated
    assert change.row is not None
    assert change.row["username"] == f"~{ADA}"
    assert_held({ADA: f"~{ADA}", BOB: "ada", CY: "cy"})
