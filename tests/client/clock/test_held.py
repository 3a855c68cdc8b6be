"""The last tick, on a real Redis: it is only ever raised."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis.exceptions import ResponseError

from client.clock import held
from client.live.connection import redis_client

pytestmark = pytest.mark.usefixtures("in_redis")


def test_without_a_tick_there_is_none() -> None:
    assert held.last() is None


def test_a_later_tick_is_remembered_and_an_older_or_equal_one_changes_nothing() -> None:
    assert held.raise_to(1_795_262_400_000)
    assert not held.raise_to(1_795_262_400_000)
    assert not held.raise_to(1_795_262_399_999)
    assert held.last() == 1_795_262_400_000
    assert held.raise_to(1_795_262_400_001)
    assert held.last() == 1_795_262_400_001


def test_numbers_are_compared_and_not_texts() -> None:
    held.raise_to(999)
    assert held.raise_to(1_000)


def test_ticks_of_many_workers_at_once_in_any_order_never_go_back() -> None:
    moments = list(range(1_000, 1_400))
    random.Random(4711).shuffle(moments)  # noqa: S311

    def tick(moment: int) -> None:
        held.raise_to(moment)
        assert (held.last() or 0) >= moment

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(tick, moments))
    assert held.last() == max(moments)


def test_it_is_forgotten_after_a_week_without_ticks() -> None:
    held.raise_to(1)
    assert 7 * 86_400 - 60 < redis_client().ttl("client:clock") <= 7 * 86_400


def test_what_is_no_number_is_an_error_and_is_not_overwritten() -> None:
    redis_client().set("client:clock", "noon")
    with pytest.raises(ResponseError):
        held.raise_to(1)
    assert redis_client().get("client:clock") == b"noon"
