"""Samples and versions in a real Redis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from redis.exceptions import RedisError

from client.live.connection import redis_client
from client.overview import samples
from client.overview.samples import KEPT, SPAN_SECONDS, Sample, Told, worst_of_seconds, write

NOW = 1_700_000_000_000


def sample(at: int, lag: int = 5, changes: int = 1) -> Sample:
    return Sample(at=at, lag=lag, changes=changes)


@pytest.mark.usefixtures("in_redis")
def test_what_is_written_is_read_in_the_order_of_time() -> None:
    write({"users": Told(newest=1, sample=sample(NOW - 3_000)), "labels": Told(newest=1, sample=None)})
    write({"users": Told(newest=2, sample=sample(NOW))})
    found = samples.recent(["users", "labels"], now=NOW)
    assert found == {"users": [sample(NOW - 3_000), sample(NOW)], "labels": []}


@pytest.mark.usefixtures("in_redis")
def test_the_list_is_short_and_goes_by_itself() -> None:
    for number in range(KEPT + 5):
        write({"users": Told(newest=1, sample=sample(NOW + number))})
    assert redis_client().llen("client:overview:samples:users") == KEPT
    assert 0 < int(redis_client().ttl("client:overview:samples:users")) <= samples.EXPIRY_SECONDS


def test_the_samples_of_a_second_are_one_with_the_longest_lag() -> None:
    found = worst_of_seconds([sample(NOW, 5, 1), sample(NOW + 999, 3, 2), sample(NOW + 1_000, 4, 1)], now=NOW + 1_000)
    assert found == [sample(NOW + 999, 5, 3), sample(NOW + 1_000, 4, 1)]


@given(st.lists(st.builds(sample, st.integers(NOW - 400_000, NOW), st.integers(0, 9_999), st.integers(1, 500))))
def test_no_change_of_the_span_is_left_out_and_each_second_comes_once(found: list[Sample]) -> None:
    shown = worst_of_seconds(found, now=NOW)
    within = [each for each in found if each.at > NOW - SPAN_SECONDS * 1000]
    assert sum(each.changes for each in shown) == sum(each.changes for each in within)
    assert max((each.lag for each in shown), default=0) == max((each.lag for each in within), default=0)
    seconds = [each.at // 1000 for each in shown]
    assert seconds == sorted(set(seconds))


@pytest.mark.usefixtures("in_redis")
def test_a_version_that_nobody_looked_up_is_not_taken_for_the_newest() -> None:
    write({"users": Told(newest=7, sample=None)})
    assert samples.newest_versions() == {}
    samples.remember_newest({"users": 9})
    for version in (8, 11, 10):
        write({"users": Told(newest=version, sample=None)})
    assert samples.newest_versions() == {"users": 11}


@pytest.mark.usefixtures("in_redis")
def test_versions_from_after_a_restore_are_kept_exactly() -> None:
    microseconds = 1_795_000_000_000_001
    samples.remember_newest({"users": microseconds})
    assert samples.newest_versions() == {"users": microseconds}


def test_without_redis_it_raises(settings: Settings) -> None:
    assert settings.REDIS_URL.startswith("redis://127.0.0.1:1/")
    with pytest.raises(RedisError):
        write({"users": Told(newest=1, sample=None)})
