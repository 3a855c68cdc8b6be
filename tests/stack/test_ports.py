"""A port is given once, whoever asks, until the process that was given it has ended."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stack import ports
from stack.ports import PORTS, free_port, is_free

# Each process begins elsewhere: what another run on this machine was given looks free, too.
LOWS = iter(range(PORTS.start - 3 * (1 + os.getpid() % 3_000), 1024, -3))
ROOT = Path(__file__).resolve().parents[2]
ASK = "import sys; from stack import ports; ports.PORTS = range(*map(int, sys.argv[1:])); print(ports.free_port())"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> range:
    """Let three ports be all that there are, others in each test."""
    few = next(few for low in LOWS if all(map(is_free, few := range(low, low + 3))))
    monkeypatch.setattr(ports, "PORTS", few)
    return few


def asked_elsewhere(few: range) -> int:
    """Return the port that another process is given, which ends then."""
    command = [sys.executable, "-c", ASK, str(few.start), str(few.stop)]
    return int(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60).stdout)


def test_none_is_given_twice(few: range) -> None:
    assert {free_port() for _ in few} == set(few)


def test_none_is_given_that_another_process_was_given_and_still_may_use(few: range) -> None:
    ours = {free_port() for _ in few[1:]}
    (left,) = set(few) - ours
    assert asked_elsewhere(few) == left
    assert free_port() == left, "who was given it has ended"
