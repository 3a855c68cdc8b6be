"""Whoever is wrong too often has to wait, and nobody else."""

import pytest

from telemetry import throttle
from telemetry.throttle import Throttle

HERE, THERE = "192.0.2.1", "192.0.2.2"


class Clock:
    """A clock that goes when it is told."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wrong(clock: Clock) -> Throttle:
    return Throttle(burst=3, seconds=6, clock=clock)


def test_a_few_wrong_ones_are_forgiven(wrong: Throttle) -> None:
    for _ in range(3):
        assert wrong.wait(HERE) == 0
        wrong.count(HERE)
    assert wrong.wait(HERE) == 6
    assert wrong.wait(THERE) == 0


def test_who_goes_on_gets_one_try_each_so_many_seconds(wrong: Throttle, clock: Clock) -> None:
    tries = 0
    for _ in range(60):
        if not wrong.wait(HERE):
            wrong.count(HERE)
            tries += 1
        clock.now += 1
    assert tries == 3 + 9


def test_after_a_while_all_is_forgiven(wrong: Throttle, clock: Clock) -> None:
    for _ in range(3):
        wrong.count(HERE)
    clock.now += 18
    for _ in range(3):
        assert wrong.wait(HERE) == 0
        wrong.count(HERE)


def test_a_household_of_ipv6_is_one_address(wrong: Throttle) -> None:
    for last in range(3):
        wrong.count(f"2001:db8:1:2::{last}")
    assert wrong.wait("2001:db8:1:2:ffff::1") == 6
    assert wrong.wait("2001:db8:1:3::1") == 0


def test_what_is_no_address_counts_as_it_is(wrong: Throttle) -> None:
    for _ in range(3):
        wrong.count("")
    assert (wrong.wait(""), wrong.wait("unix")) == (6, 0)


def test_only_so_many_addresses_are_remembered(wrong: Throttle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "ADDRESSES", 2)
    for address in (HERE, HERE, HERE, THERE, "192.0.2.3"):
        wrong.count(address)
    assert wrong.wait(HERE) == 0
