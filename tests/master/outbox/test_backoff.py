"""Pauses grow, have a cap and are spread; a breaker closes by its next success."""

from hypothesis import given
from hypothesis import strategies as st

from master.outbox.backoff import BREAKER_CAP, ROW_BASE, ROW_CAP, Breaker, jittered, row_pause

ATTEMPTS = st.integers(1, 10_000)


@given(ATTEMPTS, st.floats(0.01, 10), st.floats(10, 1_000))
def test_a_pause_is_between_half_and_all_of_what_has_doubled_up_to_the_cap(
    attempt: int, base: float, cap: float
) -> None:
    ceiling = cap if attempt > 20 else min(cap, base * 2 ** (attempt - 1))
    assert ceiling / 2 <= jittered(attempt, base=base, cap=cap) <= ceiling


def test_pauses_of_one_attempt_are_spread() -> None:
    assert len({jittered(3, base=1, cap=60) for _ in range(20)}) > 15


@given(ATTEMPTS)
def test_a_row_comes_back_after_five_minutes_at_the_latest(attempts: int) -> None:
    assert ROW_BASE / 2 <= row_pause(attempts).total_seconds() <= ROW_CAP


def test_a_breaker_opens_for_longer_each_time_and_closes_by_a_success() -> None:
    breaker, now, pauses = Breaker(), 1_000.0, []
    assert not breaker.is_open(now)
    for _ in range(12):
        pause = breaker.record_failure(now)
        assert breaker.is_open(now)
        assert breaker.is_open(now + pause * 0.99)
        now += pause
        assert not breaker.is_open(now)
        pauses.append(pause)
    assert pauses[0] <= 0.5
    assert BREAKER_CAP / 2 <= pauses[-1] <= BREAKER_CAP
    breaker.record_success()
    assert not breaker.is_open(now)
    assert breaker.record_failure(now) <= 0.5
