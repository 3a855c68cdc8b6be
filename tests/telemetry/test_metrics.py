"""Counters of all processes of a project appear on its web process, those of ended processes too."""

import os
import subprocess
import sys
from pathlib import Path

from django.http import HttpRequest

from telemetry.metrics import metrics_view

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


def test_without_a_directory_a_process_shows_its_own() -> None:
    answer = metrics_view(HttpRequest())
    assert answer["Content-Type"].startswith("text/plain")
    assert b"python_info" in answer.content
