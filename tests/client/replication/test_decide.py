"""What is written, repeated, ignored and set aside."""

from itertools import permutations

import pytest

from client.replication.changes import Guard, Incoming
from client.replication.decide import Claim, Holder, Settlement, action, newest, settle


def change(key: str, version: int, *, pulled: bool = False, deleted: bool = False) -> Incoming:
    return Incoming(key=key, version=version, deleted=deleted, row={}, pulled=pulled)


def claim(key: str, version: int, value: str) -> Claim:
    return Claim(key=key, version=version, value=value)


def holder(key: str | None, version: int, value: str) -> Holder:
    return Holder(key=key, version=version, value=value)


def settled(*, first_aside: str = "", stale: str = "", clashing: str = "") -> Settlement:
    """Return a settlement; every letter is a key."""
    return Settlement(first_aside=set(first_aside), stale=set(stale), clashing=set(clashing))


def test_of_each_object_the_newest_change_is_kept_whatever_the_order() -> None:
    changes = [change("a", 1), change("a", 3, deleted=True), change("a", 2), change("b", 2)]
    for order in permutations(changes):
        assert newest(order) == {"a": changes[1], "b": changes[3]}


def test_a_pulled_change_wins_over_a_message_of_its_version() -> None:
    sent, pulled = change("a", 3), change("a", 3, pulled=True)
    assert newest([sent, pulled]) == newest([pulled, sent]) == {"a": pulled}


def test_a_message_wins_over_an_older_pulled_change() -> None:
    sent, pulled = change("a", 4), change("a", 3, pulled=True)
    assert newest([sent, pulled]) == newest([pulled, sent]) == {"a": sent}


@pytest.mark.parametrize(
    ("held", "incoming", "pulled", "expected"),
    [
        (0, 1, False, "write"),
        (6, 7, False, "write"),
        (7, 7, False, "repeat"),
        (7, 6, False, "ignore"),
        (6, 7, True, "write"),
        (7, 7, True, "write"),
        (7, 6, True, "ignore"),
    ],
)
def test_a_change_is_judged_by_its_version(held: int, incoming: int, pulled: bool, expected: str) -> None:
    for gone in (False, True):
        assert action(Guard(version=held, deleted=gone), change("a", incoming, pulled=pulled)) == expected


def test_a_value_that_nobody_holds_is_free() -> None:
    assert settle([claim("a", 1, "ada")], []) == settled()


def test_who_holds_what_he_claims_stays_where_he_is() -> None:
    assert settle([claim("a", 2, "ada")], [holder("a", 2, "ada")]) == settled()


def test_both_sides_of_a_swap_are_set_aside_first() -> None:
    claims = [claim("a", 5, "bob"), claim("b", 6, "ada")]
    assert settle(claims, [holder("a", 5, "ada"), holder("b", 6, "bob")]) == settled(first_aside="ab")


def test_everybody_in_a_chain_of_three_is_set_aside_first() -> None:
    claims = [claim("a", 7, "bob"), claim("b", 6, "cy"), claim("c", 5, "dee")]
    holders = [holder("a", 7, "ada"), holder("b", 6, "bob"), holder("c", 5, "cy")]
    claimed = {"bob", "cy", "dee"}
    assert settle(claims, [each for each in holders if each.value in claimed]) == settled(first_aside="bc")


@pytest.mark.parametrize("order", list(permutations([claim("a", 5, "x"), claim("b", 9, "x"), claim("c", 7, "x")])))
def test_of_many_claims_in_one_batch_the_newest_wins(order: tuple[Claim, ...]) -> None:
    assert settle(order, []) == settled(stale="ac")


def test_a_holder_older_than_the_claim_gives_way() -> None:
    assert settle([claim("a", 9, "ada")], [holder("h", 8, "ada")]) == settled(first_aside="h")


def test_a_claim_older_than_the_holder_is_stale() -> None:
    assert settle([claim("a", 7, "ada")], [holder("h", 8, "ada")]) == settled(stale="a")


def test_all_claims_older_than_the_holder_are_stale() -> None:
    claims = [claim("a", 5, "x"), claim("b", 6, "x")]
    assert settle(claims, [holder("h", 7, "x")]) == settled(stale="ab")


def test_a_holder_that_moves_away_gives_way_however_new_he_is() -> None:
    claims = [claim("a", 5, "bob"), claim("b", 9, "ben")]
    assert settle(claims, [holder("b", 9, "bob")]) == settled(first_aside="b")


def test_a_local_row_keeps_its_value_against_every_claim() -> None:
    claims = [claim("a", 5, "root"), claim("b", 9, "root"), claim("c", 9, "cy")]
    assert settle(claims, [holder(None, 0, "root")]) == settled(stale="ab", clashing="ab")
