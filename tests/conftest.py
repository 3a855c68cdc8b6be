"""What all tests share: plain `pytest` gives each part a process of its own; hypothesis; a real Redis."""

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings as hypothesis_settings

from stack.servers import running
from tests import parts
from tests.harness import throw_away_redis
from tests.lines import LineCheck

hypothesis_settings.register_profile("house", deadline=None, print_blob=True)
hypothesis_settings.load_profile("house")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Run the parts one by one when all of them are asked for."""
    return parts.run_all(config) if parts.all_asked_for(config) else None


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Leave the counts of this process to whoever runs the parts."""
    if tally := os.environ.get(parts.TALLY):
        parts.write_tally(tally, terminalreporter)


@pytest.fixture(scope="session")
def line_check() -> LineCheck:
    """Return what looks at lines, and at those that look alike once for all tests of this process."""
    return LineCheck()


@pytest.fixture(autouse=True)
def lines_are_right(line_check: LineCheck) -> Iterator[None]:
    """Fail the test that has logged a field of no known name, or of a wrong type."""
    root = logging.getLogger()
    root.addHandler(line_check)  # for each test anew: what configures logging takes away what it does not know
    yield
    root.removeHandler(line_check)
    assert line_check.taken() == []


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Return the address of a Redis server of this process's own."""
    server = throw_away_redis()
    with running(server):
        yield server.url
