"""The guide to a first live page, followed literally in a copy of the repository: its test in a browser passes."""

from pathlib import Path

from tests.docs.guide import commands, follow
from tests.test_rooms import copy_to, ran


def test_its_browser_test_passes(tmp_path: Path) -> None:
    """The copy runs on a stack of its own."""
    copy_to(tmp_path)
    follow(tmp_path)
    ran(tmp_path, "client", "makemigrations", "wishes")
    (command,) = (each for each in commands() if "tests/e2e" in each)
    module, *words = command.removeprefix(".venv/bin/").split()
    ran(tmp_path, module, "-q", *words)
