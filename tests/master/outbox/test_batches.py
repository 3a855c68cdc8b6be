"""A table is passed over in batches until nothing is left, or patience is over."""

import pytest

from master.outbox import batches
from master.outbox.batches import LOOK_SECONDS, Repaired, passes

pytestmark = pytest.mark.django_db


class Clock:
    """In the place of the module `time`: it stands still unless somebody sleeps or works."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """Return the seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(batches, "time", clock)
    return clock


def run(clock: Clock, *, pass_seconds: float, patience: float, held: list[int]) -> tuple[Repaired, int]:
    """Pass over a table of which so many rows are held after each pass; return what was done, and the passes."""
    begun: list[str | None] = []

    def batch(after: str | None) -> tuple[int, str | None]:
        begun.append(after)
        clock.sleep(pass_seconds)
        return 10, None

    left = iter(held)
    return passes(batch, lambda: next(left), patience=patience, progress=lambda rows: None), len(begun)


def test_what_is_free_after_a_long_pass_is_looked_at_again(clock: Clock) -> None:
    assert run(clock, pass_seconds=60.0, patience=10.0, held=[1, 0]) == (Repaired(rows=20), 2)


def test_what_stays_held_is_left_when_patience_is_over(clock: Clock) -> None:
    looks = round(10.0 / (1.0 + LOOK_SECONDS))
    done, made = run(clock, pass_seconds=1.0, patience=10.0, held=[3] * 100)
    assert done == Repaired(rows=10 * made, held=3)
    assert looks <= made <= looks + 2


def test_without_patience_there_is_one_pass(clock: Clock) -> None:
    assert run(clock, pass_seconds=1.0, patience=0.0, held=[2, 0]) == (Repaired(rows=10, held=2), 1)
