"""How much a browser may say."""

from hypothesis import given
from hypothesis import strategies as st

from client.live.rates import Allowance, Verdict

TAKE, REFUSE, CLOSE = Verdict.TAKE, Verdict.REFUSE, Verdict.CLOSE


def test_a_burst_is_taken_then_so_many_a_second() -> None:
    allowance = Allowance(rate=2, burst=3, now=10.0)
    assert [allowance.take(10.0) for _ in range(4)] == [TAKE, TAKE, TAKE, REFUSE]
    assert [allowance.take(11.0) for _ in range(3)] == [TAKE, TAKE, REFUSE]
    assert [allowance.take(100.0) for _ in range(4)] == [TAKE, TAKE, TAKE, REFUSE]


def test_who_goes_on_although_refused_is_closed() -> None:
    allowance = Allowance(rate=0, burst=2, now=0.0)
    assert [allowance.take(0.0) for _ in range(5)] == [TAKE, TAKE, REFUSE, REFUSE, CLOSE]


def test_who_stops_in_time_is_not() -> None:
    allowance = Allowance(rate=1, burst=2, now=0.0)
    assert [allowance.take(0.0) for _ in range(4)] == [TAKE, TAKE, REFUSE, REFUSE]
    assert allowance.take(1.0) is TAKE
    assert [allowance.take(1.0) for _ in range(2)] == [REFUSE, REFUSE]


@given(st.lists(st.floats(min_value=0, max_value=1), max_size=200))
def test_never_more_is_taken_than_the_burst_and_the_rate_allow(pauses: list[float]) -> None:
    allowance, now, taken = Allowance(rate=20, burst=40, now=0.0), 0.0, 0
    for pause in pauses:
        now += pause
        taken += allowance.take(now) is TAKE
    assert taken <= 40 + 20 * now + 1e-6
