"""A process that holds many sockets may open as many files as its system lets it."""

import logging
import resource
import subprocess
import sys
from collections.abc import Iterator

import pytest

from telemetry.open_files import OTHERS, allow_all_files
from tests.few_files import FEW, few_files

REFUSED = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
def refuse(*arguments):
    raise ValueError("current limit exceeds maximum limit")
resource.setrlimit = refuse
from telemetry.open_files import allow_all_files
print(allow_all_files(connections=1000))
"""


@pytest.fixture
def highest() -> Iterator[int]:
    """Begin as a container does, with few; return how many there may be."""
    with few_files():
        yield resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def test_all_that_are_allowed_may_be_opened(highest: int, caplog: pytest.LogCaptureFixture) -> None:
    assert highest > FEW
    assert allow_all_files(connections=highest - OTHERS) == highest
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (highest, highest)
    assert caplog.records == []


def test_it_is_said_when_those_do_not_suffice(highest: int, caplog: pytest.LogCaptureFixture) -> None:
    allow_all_files(connections=highest - OTHERS + 1)
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.WARNING, "too few open files allowed")
    assert (vars(record)["allowed"], vars(record)["needed"]) == (highest, highest + 1)


def test_whoever_has_no_limit_of_connections_is_told_nothing(highest: int, caplog: pytest.LogCaptureFixture) -> None:
    assert allow_all_files() == highest
    assert caplog.records == []


def test_a_system_that_refuses_ends_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", REFUSED], capture_output=True, text=True, check=True)
    assert done.stdout == "256\n"
    assert "too few open files allowed" in done.stderr
