"""Counters of all processes of a project appear on its web process, those of ended processes too."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from telemetry import metrics
from telemetry.metrics import exposition, measure, metrics_view

TOKEN = "t" * 32
COUNTING = """
import sys
from prometheus_client import Counter
Counter("things", "Things", ["table"]).labels("users").inc(int(sys.argv[1]))
"""
SHOWING = """
from django.conf import settings
settings.configure()
from telemetry.metrics import exposition
print(exposition().decode())
"""


def ran(program: str, *words: str, directory: Path) -> str:
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory)}
    argv = [sys.executable, "-c", program, *words]
    return subprocess.run(argv, env=env, capture_output=True, text=True, check=True, timeout=30).stdout


def test_counters_of_several_processes_are_added_up(tmp_path: Path) -> None:
    ran(COUNTING, "3", directory=tmp_path)
    ran(COUNTING, "4", directory=tmp_path)
    assert 'things_total{table="users"} 7.0' in ran(SHOWING, directory=tmp_path)


GAUGE = """
from prometheus_client import Gauge
Gauge("open_now", "Open", multiprocess_mode="livesum").set(5)
"""


def test_what_a_dead_process_had_open_is_not_open_any_more(tmp_path: Path) -> None:
    ran(GAUGE, directory=tmp_path)
    assert list(tmp_path.glob("gauge_livesum_*.db"))
    assert "open_now 5.0" in ran(GAUGE + SHOWING, directory=tmp_path)
    assert "open_now" not in ran(SHOWING, directory=tmp_path)


def test_what_hangs_or_fails_is_left_out_and_named_and_all_else_is_shown(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Found(Collector):
        def collect(self) -> Iterable[Metric]:
            return [GaugeMetricFamily("rows_found", "Rows", 7)]

    class Fails(Collector):
        def collect(self) -> Iterable[Metric]:
            raise KeyError("visible")

    class Hangs(Collector):
        def collect(self) -> Iterable[Metric]:
            over.wait(30)
            return [GaugeMetricFamily("rows_late", "Rows", 7)]

    over, began = threading.Event(), time.monotonic()
    monkeypatch.setattr(metrics, "_measured", [])
    monkeypatch.setattr(metrics, "MEASURED_SECONDS", 1.0)
    for collector in (Fails(), Hangs(), Hangs(), Found()):
        measure(collector)
    shown = exposition().decode()
    assert time.monotonic() - began < 5
    over.set()
    assert "rows_found 7.0" in shown
    assert "python_info" in shown
    assert "rows_late" not in shown
    assert [(record.message, vars(record)["error.type"]) for record in caplog.records] == [
        ("not measured", "KeyError"),
        ("not measured", "TimeoutError"),
        ("not measured", "TimeoutError"),
    ]


def asked(authorization: str = "") -> HttpResponse:
    request = HttpRequest()
    request.META["HTTP_AUTHORIZATION"] = authorization
    return metrics_view(request)


def test_without_a_directory_a_process_shows_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEBUG", True)
    answer = asked()
    assert answer["Content-Type"].startswith("text/plain")
    assert b"python_info" in answer.content


def test_a_web_shows_its_metrics_to_whoever_has_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "METRICS_TOKENS", [TOKEN])
    assert asked(f"Bearer {TOKEN}").status_code == 200
    refused = asked("Bearer x")
    assert (refused.status_code, refused["WWW-Authenticate"], refused.content) == (401, "Bearer", b"")


def test_wrong_tokens_have_to_wait_and_a_right_one_never(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "METRICS_TOKENS", [TOKEN])
    metrics.wrong_tokens.forget()
    answers = [asked("Bearer x") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 6
    assert asked(f"Bearer {TOKEN}").status_code == 200
    metrics.wrong_tokens.forget()


def test_without_a_token_a_web_shows_them_in_development_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked().status_code == 404
    monkeypatch.setattr(settings, "DEBUG", True)
    assert asked().status_code == 200
