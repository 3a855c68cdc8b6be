"""When the relay looks: at once when idle, in larger batches when busy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from master.outbox.relay import AWAKE_SECONDS, BATCH_SECONDS, CLAIM_SECONDS, LOOK_SECONDS, SECONDS_PER_ROW, Pace
from master.outbox.wake import PAUSE_SECONDS

NOW = 1_024.0


def test_whoever_never_asked_may_look_at_once_and_then_sleeps() -> None:
    pace = Pace()
    assert pace.may_look(NOW)
    assert pace.timeout(NOW, 1.0) == 1.0
    assert pace.timeout(NOW, None) is None


def test_after_a_single_change_the_next_waits_until_a_worker_has_taken_it_up() -> None:
    pace = Pace()
    pace.asked(NOW, 1)
    assert not pace.may_look(NOW + CLAIM_SECONDS * 0.99)
    assert pace.timeout(NOW, 1.0) == CLAIM_SECONDS
    assert pace.may_look(NOW + CLAIM_SECONDS * 1.01)


def test_the_larger_a_batch_the_longer_the_next_waits_for_company() -> None:
    pace = Pace()
    pauses = []
    for due in (1, 10, 20, 30, 500):
        pace.asked(NOW, due)
        pauses.append(pace.pause)
    assert pauses == [CLAIM_SECONDS, 10 * SECONDS_PER_ROW, 20 * SECONDS_PER_ROW, 30 * SECONDS_PER_ROW, BATCH_SECONDS]
    assert pace.timeout(NOW + BATCH_SECONDS / 2, None) == pytest.approx(BATCH_SECONDS / 2)
    assert not pace.may_look(NOW + BATCH_SECONDS * 0.99)
    assert pace.may_look(NOW + BATCH_SECONDS * 1.01)


def test_a_woken_relay_polls_on_for_as_long_as_a_notification_may_be_held_back() -> None:
    pace = Pace(news_at=NOW)
    assert pace.timeout(NOW + AWAKE_SECONDS * 0.99, 1.0) == LOOK_SECONDS
    assert pace.timeout(NOW + AWAKE_SECONDS * 1.01, 1.0) == 1.0
    assert PAUSE_SECONDS < AWAKE_SECONDS - LOOK_SECONDS


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 500)), max_size=50))
def test_between_two_batches_lies_no_less_than_the_first_deserves_and_never_more_than_its_limit(
    history: list[tuple[float, int]],
) -> None:
    pace, now = Pace(), NOW
    for step, due in history:
        now += step
        if pace.may_look(now):
            pace.asked(now, due)
        assert 0 <= pace.pause <= BATCH_SECONDS
        timeout = pace.timeout(now, 1.0)
        assert timeout is not None
        assert 0 < timeout <= 1.0
        assert pace.may_look(now + timeout + 1e-6) or timeout == 1.0
