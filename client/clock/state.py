"""What the page shows: small, and whole each time."""

import time
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from client.clock import held
from client.live import numbers

TOPIC: Final = "clock"


def now() -> int:
    """Return this host's time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def clock_state() -> dict[str, Any]:
    """Return the state with the number of its topic, read before it."""
    n = numbers.current(TOPIC)
    return {"topic": TOPIC, "n": n, **shown(held.last(), now=now())}


def shown(at: int | None, *, now: int) -> dict[str, Any]:
    """Return the last tick as it is shown in TIME_ZONE, and how many milliseconds ago it was.

    Without a tick `at`, `ago`, `time`, `date` and `offset` are None. Clocks of two hosts may differ: `ago` is never
    below 0.
    """
    if at is None:
        return {"at": None, "ago": None, "time": None, "date": None, "offset": None, "zone": settings.TIME_ZONE}
    local = timezone.localtime(datetime.fromtimestamp(at / 1000, UTC), timezone.get_default_timezone())
    return {
        "at": at,
        "ago": max(0, now - at),
        "time": f"{local:%H:%M:%S}",
        "date": f"{local:%Y-%m-%d}",
        "offset": _offset(local),
        "zone": settings.TIME_ZONE,
    }


def _offset(local: datetime) -> str:
    """Return how far a time is from UTC, such as UTC+01:00: when clocks are set back an hour comes twice."""
    sign_and_hours, minutes = f"{local:%z}"[:3], f"{local:%z}"[3:5]
    return f"UTC{sign_and_hours}:{minutes}"
