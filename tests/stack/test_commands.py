"""Commands that run once: side by side, and what they print is told when they fail."""

import sys
from pathlib import Path

import pytest

from stack.commands import Command, run_together
from stack.errors import StackError


def command(directory: Path, name: str, script: str) -> Command:
    return Command(name=name, argv=[sys.executable, "-c", script], env={}, log=directory / f"{name}.log")


def test_what_each_printed_is_returned(tmp_path: Path) -> None:
    one, two = command(tmp_path, "one", "print(1)"), command(tmp_path, "two", "print(2)")
    assert run_together(one, two) == ["1\n", "2\n"]
    assert run_together(one) == ["1\n"]


def test_commands_are_killed_when_given_up(tmp_path: Path) -> None:
    waits = command(tmp_path, "waits", "import signal; print('begun', flush=True); signal.pause()")
    with pytest.raises(StackError, match=r"waits was given up"):
        run_together(waits, give_up=lambda: waits.log.exists() and "begun" in waits.log.read_text())


def test_a_failure_is_told_with_what_the_command_printed(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"two failed:\nno such thing"):
        run_together(command(tmp_path, "one", "print(1)"), command(tmp_path, "two", "exit('no such thing')"))
