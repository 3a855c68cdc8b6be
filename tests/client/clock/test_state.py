"""What is shown of a tick, at frozen moments and in several zones."""

import re
from pathlib import Path

import pytest
from pytest_django import Settings

from client.clock.reading import LATE, long_ago, reading
from client.clock.state import shown
from tests.client.clock.conftest import NOON

HOUR = 3_600_000
SUMMER_ENDS = 1_792_890_000_000  # 2026-10-25 01:00:00 UTC, in Europe


@pytest.mark.parametrize(
    ("zone", "moment", "time", "date", "offset"),
    [
        ("UTC", NOON + 999, "12:00:00", "2026-11-21", "UTC+00:00"),
        ("UTC", NOON + 1_000, "12:00:01", "2026-11-21", "UTC+00:00"),
        ("Asia/Kathmandu", NOON, "17:45:00", "2026-11-21", "UTC+05:45"),
        ("Pacific/Kiritimati", NOON, "02:00:00", "2026-11-22", "UTC+14:00"),
        ("America/St_Johns", NOON, "08:30:00", "2026-11-21", "UTC-03:30"),
        ("Europe/Paris", SUMMER_ENDS - 1, "02:59:59", "2026-10-25", "UTC+02:00"),
        ("Europe/Paris", SUMMER_ENDS, "02:00:00", "2026-10-25", "UTC+01:00"),
    ],
)
def test_a_tick_is_shown_in_the_zone_of_the_settings(
    zone: str, moment: int, time: str, date: str, offset: str, settings: Settings
) -> None:
    settings.TIME_ZONE = zone
    found = shown(moment, now=moment)
    assert found == {"at": moment, "ago": 0, "time": time, "date": date, "offset": offset, "zone": zone}


def test_it_says_how_long_ago_it_was_and_never_that_it_is_to_come() -> None:
    assert shown(NOON, now=NOON + 12_000)["ago"] == 12_000
    assert shown(NOON, now=NOON - 500)["ago"] == 0


def test_the_face_shows_the_time_while_it_is_new_and_then_how_long_ago_it_was() -> None:
    assert reading(shown(NOON, now=NOON + 2_000)) == {"face": "12:00:00", "day": "2026-11-21, UTC+00:00"}
    assert reading(shown(NOON, now=NOON + 12_999)) == {"face": "last tick 12 s ago", "day": ""}
    assert reading(shown(None, now=NOON)) == {"face": "no tick yet", "day": ""}


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(2_001, "2 s"), (119_999, "119 s"), (120_000, "2 min"), (2 * HOUR - 1, "119 min"), (50 * HOUR, "50 h")],
)
def test_durations(milliseconds: int, text: str) -> None:
    assert long_ago(milliseconds) == f"last tick {text} ago"


def test_the_server_and_the_script_of_the_page_call_the_same_tick_late() -> None:
    script = Path(__file__).resolve().parents[3] / "client/static/js/tick.js"
    assert re.findall(r"LATE = ([\d_]+);", script.read_text()) == [f"{LATE:_}"]
