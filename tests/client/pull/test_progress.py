"""What one reads of a back-fill."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from client.pull.models import Backfill
from client.pull.progress import Seen, bar, line, speed, summary

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def state(**values: Any) -> Backfill:
    return Backfill(**{"table": "users", "total": 1000, "started_at": NOON, "moved_at": NOON, **values})


@pytest.mark.parametrize(
    ("held", "rate", "wanted"),
    [
        (state(total=None), 0.0, "users: waiting for the first page"),
        (state(), 0.0, "users: 0 of 1,000 rows (0%), 0 rows/s"),
        (state(created=300, right=200), 50.0, "users: 500 of 1,000 rows (50%), 50 rows/s, 0:10 left"),
        (state(total=9_000_000), 1000.0, "users: 0 of 9,000,000 rows (0%), 1,000 rows/s, 2:30:00 left"),
        (state(total=900, created=1000), 50.0, "users: 1,000 of 900 rows (100%), 50 rows/s"),
        (state(total=0), 0.0, "users: 0 of 0 rows, 0 rows/s"),
    ],
)
def test_a_line(held: Backfill, rate: float, wanted: str) -> None:
    assert line(held, rate) == wanted


def test_a_bar_fills() -> None:
    bars = [bar(state(created=count), 0.0, 200).split("]")[0] for count in (0, 500, 1000, 1200)]
    assert bars == ["[" + "." * 30, "[" + "#" * 15 + "." * 15, "[" + "#" * 30, "[" + "#" * 30]
    assert bar(state(total=0), 0.0, 200) == line(state(total=0), 0.0)


@pytest.mark.parametrize("columns", [20, 60, 61, 70, 80, 200])
def test_a_bar_stays_on_one_line(columns: int) -> None:
    shown = bar(state(created=500), 100.0, columns)
    assert len(shown) < columns
    assert ("#" in shown) is (columns > 65)


def test_the_speed_is_that_between_two_moments() -> None:
    later = NOON + timedelta(seconds=2)
    assert speed(Seen(done=100, at=NOON), Seen(done=300, at=later)) == 100
    assert speed(Seen(done=100, at=NOON), Seen(done=300, at=NOON)) == 0
    assert speed(Seen(done=100, at=NOON), Seen(done=0, at=later)) == 0  # begun anew


def test_the_sum_says_what_a_person_should_look_at() -> None:
    ended = {"finished_at": NOON + timedelta(seconds=4)}
    assert summary(state(created=6, updated=1, right=1, **ended)) == [
        "users: 6 created, 1 updated, 1 already right, 0 refused",
        "  8 rows in 4.0 s, 2 rows/s",
    ]
    told = "\n".join(summary(state(refused=1, ignored=2, **ended)))
    assert "2 of them had come here in a newer version" in told
    assert "0 already right, 1 refused" in told
