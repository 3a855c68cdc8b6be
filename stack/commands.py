"""Commands that run once and end: migrations, provisioning, demo users, sign-in links."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stack.child import Child
from stack.errors import StackError
from stack.logs import tail
from stack.waiting import wait_until

SECONDS = 120.0


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command, the environment that it runs in, and the file for what it prints."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path


def run_together(*commands: Command, give_up: Callable[[], bool] = lambda: False) -> list[str]:
    """Run commands side by side; return what each printed. Raises StackError with the output of one that failed.

    As soon as `give_up` says so, they are killed, and count as failed.
    """
    for command in commands:
        command.log.unlink(missing_ok=True)
    children = [Child(command.argv, env=command.env, log=command.log) for command in commands]
    try:
        wait_until(lambda: give_up() or all(child.exit_code is not None for child in children), seconds=SECONDS)
        for command, child in zip(commands, children, strict=True):
            _judge(command, child.exit_code, given_up=give_up())
    finally:
        for child in children:
            child.kill()
    return [command.log.read_text() for command in commands]


def _judge(command: Command, code: int | None, *, given_up: bool) -> None:
    if code is None and given_up:
        raise StackError(f"{command.name} was given up.")
    if code is None:
        raise StackError(f"{command.name} did not end within {SECONDS:.0f} s:\n{tail(command.log)}")
    if code:
        raise StackError(f"{command.name} failed:\n{tail(command.log)}")
