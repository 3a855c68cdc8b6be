"""A line names the process that wrote it."""

import pytest

from stack.processes import all_processes
from telemetry.processes import process_name, runs_until_stopped

NAMES = [process.name for process in all_processes(1)]


@pytest.mark.parametrize("name", NAMES)
def test_every_process_of_the_product_knows_its_name(name: str) -> None:
    (process,) = (each for each in all_processes(1) if each.name == name)
    program, *words = process.command(host="127.0.0.1", concurrency="1", state="/state")
    argv = [f"/bin/{program}", *words]
    if program == "python":
        argv = [f"/app/{words[1]}/__main__.py", *words[2:]]
    assert process_name(argv) == name
    assert runs_until_stopped(argv)


@pytest.mark.parametrize(
    ("argv", "name"),
    [
        (["/app/client/__main__.py", "verify", "users", "--json"], "verify"),
        (["/app/master/__main__.py", "migrate"], "migrate"),
        (["/bin/celery", "-A", "client", "inspect", "ping"], "celery"),
        (["/bin/pytest", "-q"], "pytest"),
        (["-c"], "-c"),
        ([""], "python"),
    ],
)
def test_all_else_is_a_command(argv: list[str], name: str) -> None:
    assert process_name(argv) == name
    assert not runs_until_stopped(argv)
