"""A loop that goes round is alive, one that does not is named, and one that waits for what is away is left in peace."""

import pytest

from telemetry import heartbeat as module
from telemetry.heartbeat import heartbeat, standing_still


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give a clock that stands until it is moved, and no heartbeat of another test."""
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(module, "_heartbeats", {})
    return clock


def test_a_loop_is_alive_from_its_begin_until_its_limit(clock: Clock) -> None:
    pulse = heartbeat("relay", limit=60)
    clock.now += 60
    assert standing_still() == {}
    clock.now += 1
    assert standing_still() == {"relay": 61}
    pulse.beat()
    assert standing_still() == {}


def test_each_loop_counts(clock: Clock) -> None:
    one, _ = heartbeat("one", limit=60), heartbeat("other", limit=90)
    clock.now += 91
    one.beat()
    assert standing_still() == {"other": 91}


def test_a_loop_that_begins_anew_takes_the_place_of_the_one_before(clock: Clock) -> None:
    heartbeat("worker")
    clock.now += 100
    heartbeat("worker")
    assert standing_still() == {}


def test_an_excuse_is_asked_for_late_and_gives_the_whole_limit_again(clock: Clock) -> None:
    asked: list[bool] = []
    away = True

    def excuse() -> bool:
        asked.append(away)
        return away

    heartbeat("worker", limit=60, excuse=excuse)
    clock.now += 60
    assert (standing_still(), asked) == ({}, [])
    clock.now += 1
    assert (standing_still(), asked) == ({}, [True])
    away = False
    clock.now += 60
    assert standing_still() == {}
    clock.now += 1
    assert standing_still() == {"worker": 61}
