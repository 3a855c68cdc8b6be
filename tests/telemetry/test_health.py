"""`/readyz` asks what a process needs, and names what failed without saying more."""

import json
import threading
import time

import pytest
from django.http import HttpRequest

from telemetry import health
from telemetry.health import Probe, healthz, readyz


def passes() -> None:
    """Pass."""


def fails() -> None:
    raise ConnectionError("postgres://user:secret@host refused")


def asked(probes: dict[str, Probe]) -> tuple[int, dict[str, str]]:
    answer = readyz(probes)(HttpRequest())
    return answer.status_code, json.loads(answer.content)


def test_healthz_asks_nobody() -> None:
    answer = healthz(HttpRequest())
    assert (answer.status_code, json.loads(answer.content)) == (200, {"status": "alive"})


def test_it_is_ready_when_everything_is() -> None:
    assert asked({"database": passes, "redis": passes}) == (200, {"database": "ok", "redis": "ok"})
    assert asked({}) == (200, {})


def test_one_failure_makes_it_unready_and_the_others_are_still_asked() -> None:
    assert asked({"database": fails, "redis": passes}) == (503, {"database": "ConnectionError", "redis": "ok"})


def test_it_is_asked_anew_each_time() -> None:
    answers = iter([fails, passes])
    view = readyz({"database": lambda: next(answers)()})
    assert [view(HttpRequest()).status_code for _ in range(2)] == [503, 200]


def test_what_hangs_is_named_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "READY_SECONDS", 1.0)
    over, began = threading.Event(), time.monotonic()

    def hangs() -> None:
        over.wait(30)

    expected = {"database": "TimeoutError", "migrations": "TimeoutError", "redis": "ok"}
    assert asked({"database": hangs, "migrations": hangs, "redis": passes}) == (503, expected)
    assert time.monotonic() - began < 5
    over.set()
