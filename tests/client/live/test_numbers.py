"""The numbers of topics, in Redis."""

import time

import pytest

from client.live import numbers
from client.live.connection import redis_client

pytestmark = pytest.mark.usefixtures("on_redis")


@pytest.fixture(autouse=True)
def _empty(on_redis: str) -> None:
    redis_client().flushdb()


def test_a_topic_counts_up() -> None:
    first = numbers.take({"a": 1})["a"]
    assert numbers.take({"a": 3}) == {"a": first + 1}
    assert numbers.take({"a": 1, "b": 1})["a"] == first + 4
    assert numbers.current("a") == first + 4


def test_a_state_carries_the_number_of_the_newest_push() -> None:
    before = numbers.current("a")
    assert numbers.take({"a": 1}) == {"a": before + 1}


def test_a_redis_that_lost_its_numbers_does_not_repeat_them(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = numbers.take({"a": 500})["a"] + 499
    redis_client().flushdb()
    later = time.time_ns() + 1_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: later)
    assert numbers.current("a") > seen
    assert numbers.take({"a": 1})["a"] > seen


def test_projects_on_one_redis_count_apart(settings: object) -> None:
    numbers.take({"a": 1})
    assert redis_client().keys() == [b"client:topic:a"]


def test_a_forgotten_topic_leaves_redis_some_day() -> None:
    numbers.take({"a": 1})
    assert 0 < int(redis_client().ttl("client:topic:a")) <= numbers.TOPIC_SECONDS
