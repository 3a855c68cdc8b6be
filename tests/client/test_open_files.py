"""A web of a client may open a file for each window that it takes."""

import os
import subprocess
import sys
from pathlib import Path

from tests.few_files import FEW, few_files
from tests.surroundings import SURROUNDINGS

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import client.asgi, resource; print(*resource.getrlimit(resource.RLIMIT_NOFILE))"


def loaded(windows: int) -> str:
    """Load the application as uvicorn does; return what is printed and logged."""
    env = os.environ | SURROUNDINGS | {"LIVE_WINDOWS_A_PROCESS": str(windows)}
    with few_files():
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
    return run.stdout + run.stderr


def test_it_raises_its_limit_when_it_is_loaded() -> None:
    lines = loaded(FEW).splitlines()
    now, highest = map(int, lines[-1].split())
    assert now == highest > FEW
    assert not any("too few open files allowed" in line for line in lines)


def test_it_says_when_there_may_be_more_windows_than_files() -> None:
    assert '"message":"too few open files allowed"' in loaded(10**9)
