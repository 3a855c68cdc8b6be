"""The pure part of verify."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.pull.compare import (
    Difference,
    Kind,
    Row,
    Sum,
    by_kind,
    compare,
    confirmed,
    differing,
    may_remove,
    portions,
)

rows = st.dictionaries(st.sampled_from("abcdefgh"), st.builds(Row, st.integers(1, 3), st.sampled_from("xyz")))


@pytest.mark.parametrize(
    ("master", "client", "kind"),
    [
        (Row(1, "x"), None, "missing"),
        (None, Row(1, "x"), "extra"),
        (Row(2, "x"), Row(1, "y"), "stale"),
        (Row(1, "x"), Row(2, "y"), "stale"),
        (Row(None, "x"), Row(2, "y"), "stale"),
        (Row(2, "x"), Row(2, "y"), "edited"),
        (Row(2, "x"), Row(2, "x"), None),
        (Row(2, "x"), Row(1, "x"), None),
    ],
)
def test_the_kind_of_a_difference(master: Row | None, client: Row | None, kind: Kind | None) -> None:
    found = compare({"k": master} if master else {}, {"k": client} if client else {})
    assert [each.kind for each in found.values()] == ([kind] if kind else [])


@given(rows, rows)
def test_what_differs_is_what_is_not_alike(master: dict[str, Row], client: dict[str, Row]) -> None:
    found = compare(master, client)
    digests = [{key: row.digest for key, row in side.items()} for side in (master, client)]
    assert set(found) == {key for key, _ in digests[0].items() ^ digests[1].items()}
    assert all(key == each.key for key, each in found.items())


@given(rows, rows, rows, rows)
def test_only_what_stays_at_its_versions_counts(
    master: dict[str, Row], client: dict[str, Row], later_master: dict[str, Row], later_client: dict[str, Row]
) -> None:
    first, second = compare(master, client), compare(later_master, later_client)
    certain = confirmed(first, second)
    for each in certain:
        assert first[each.key] == second[each.key] == each
    assert confirmed(first, first) == list(first.values())
    assert confirmed(first, {}) == []


def test_a_client_that_knows_more_than_master_is_told_apart() -> None:
    def ahead(master: int | None, client: int | None) -> bool:
        return Difference(key="k", kind="stale", master=master, client=client).ahead

    assert [ahead(1, 2), ahead(2, 1), ahead(None, 2), ahead(1, None)] == [True, False, False, False]


def test_a_bucket_that_one_side_does_not_have_is_empty() -> None:
    empty, some, other = Sum(count=0, digest="0" * 16), Sum(count=2, digest="a" * 16), Sum(count=3, digest="b" * 16)
    assert differing({1: some, 2: empty, 3: some, 5: some}, {1: some, 3: other, 4: other}) == {3: 3, 4: 3, 5: 2}


@given(st.dictionaries(st.integers(0, 1023), st.integers(1, 50)), st.integers(1, 100))
def test_portions_hold_every_bucket_once_and_no_more_rows_than_they_may(buckets: dict[int, int], most: int) -> None:
    cut = list(portions(buckets, most))
    assert [bucket for portion in cut for bucket in portion] == list(buckets)
    assert all(len(portion) == 1 or sum(buckets[each] for each in portion) <= most for portion in cut)


@pytest.mark.parametrize(("extra", "compared", "may"), [(0, 0, True), (5, 100, True), (6, 100, False), (1, 19, False)])
def test_more_than_five_percent_are_removed_by_force_only(extra: int, compared: int, may: bool) -> None:
    assert may_remove(extra, compared, force=False) is may
    assert may_remove(extra, compared, force=True)


def test_every_kind_is_there() -> None:
    extra = Difference(key="k", kind="extra", master=None, client=1)
    assert by_kind([extra]) == {"missing": [], "stale": [], "extra": [extra], "edited": [], "set aside": []}
