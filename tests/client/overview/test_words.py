"""What the page says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from client.overview import words
from client.overview.counting import Rows
from client.overview.samples import Sample
from client.pull.models import Backfill, Verification
from client.sqs.depths import Depths

AT = datetime(2026, 11, 21, 14, 3, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("milliseconds", "said"), [(0, "0 ms"), (999, "999 ms"), (1_000, "1.0 s"), (9_940, "9.9 s"), (61_000, "61 s")]
)
def test_a_time_is_said_with_few_digits(milliseconds: int, said: str) -> None:
    assert words.of_milliseconds(milliseconds) == said


def test_rows_are_exact_or_about() -> None:
    assert words.of_rows(Rows(count=1_234, exact=True)) == "1,234"
    assert words.of_rows(Rows(count=1_000_000, exact=False)) == "about 1,000,000"


def test_the_chart_has_words_beside_it() -> None:
    assert words.of_lag([]) == "No change in the last five minutes."
    found = [Sample(at=1, lag=2_500, changes=1_000), Sample(at=2, lag=12, changes=1)]
    assert (
        words.of_lag(found) == "The last change took 12 ms, the slowest of the last five minutes 2.5 s: 1,001 changes."
    )
    assert words.of_lag(found[1:]).endswith(": 1 change.")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, "2026-11-21 14:03:22 UTC: equal, 1,000 rows"),
        ({"missing": 2, "edited": 1_000}, "2026-11-21 14:03:22 UTC: missing 2, edited here 1,000, of 1,000 rows"),
        ({"error": "No answer."}, "2026-11-21 14:03:22 UTC: not compared. No answer."),
    ],
)
def test_a_verification_is_said_in_a_line(found: dict[str, Any], said: str) -> None:
    assert words.of_verification(Verification(started_at=AT, finished_at=AT, compared=1_000, **found)) == said
    assert words.of_verification(None) == "never"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"total": 5_000}, "runs: 1,500 of about 5,000 rows, last moved 2026-11-21 14:03:22 UTC"),
        ({}, "runs: 1,500 of about \N{EN DASH} rows, last moved 2026-11-21 14:03:22 UTC"),
        ({"finished_at": AT}, "2026-11-21 14:03:22 UTC: done, 1,500 rows"),
        ({"error": "No answer."}, "ended after 1,500 rows: No answer."),
    ],
)
def test_a_back_fill_is_said_in_a_line(found: dict[str, Any], said: str) -> None:
    backfill = Backfill(started_at=AT, moved_at=AT, created=1_000, right=500, **found)
    assert words.of_backfill(backfill, now=AT + timedelta(seconds=90)) == said
    assert words.of_backfill(None, now=AT) == "never"


def test_a_back_fill_that_nobody_works_on_does_not_look_as_if_it_ran() -> None:
    backfill = Backfill(started_at=AT, moved_at=AT, created=1_500, total=5_000)
    said = words.of_backfill(backfill, now=AT + timedelta(minutes=3))
    assert said.startswith("stands still since 2026-11-21 14:03:22 UTC: 1,500 of about 5,000 rows.")


def test_queues_that_nobody_looked_at_are_no_empty_ones() -> None:
    said = words.of_queues(None, {"fast": 3, "slow": 0})
    assert (said["pending"], said["visible"], said["fast"]) == (
        "Nobody has looked at the queues yet.",
        "\N{EN DASH}",
        "3",
    )


@pytest.mark.parametrize(
    ("visible", "fast", "said"),
    [(0, 0, "Nothing is pending here."), (1_000, 2, "Pending here: messages 1,005, tasks 2.")],
)
def test_what_is_pending_is_summed_up(visible: int, fast: int, said: str) -> None:
    depths = Depths(visible=visible, in_flight=5 if visible else 0, dead_letters=1, measured_at=AT)
    assert words.of_queues(depths, {"fast": fast, "slow": 0})["pending"] == said
