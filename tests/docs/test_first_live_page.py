"""The guide to a first live page, followed literally in a copy of the repository: it runs, and breaks no rule."""

import subprocess
from pathlib import Path

import pytest

from tests import tools
from tests.docs.guide import blocks, commands, follow, saved
from tests.test_rooms import copy_to, ran


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the repository in which all steps were followed."""
    directory = tmp_path_factory.mktemp("copy")
    copy_to(directory)
    follow(directory)
    ran(directory, "client", "makemigrations", "wishes")
    return directory


def test_its_commands_are_those_of_this_repository() -> None:
    assert commands() == [
        "make up",
        ".venv/bin/python -m client makemigrations wishes",
        ".venv/bin/pytest tests/client/wishes",
        ".venv/bin/pytest tests/e2e/test_wishes.py",
    ]


def test_every_block_is_a_file_a_line_or_a_command() -> None:
    assert [block for block in blocks() if bool(block.path) == (block.kind == "sh")] == []


def test_what_runs_goes_on_whatever_is_saved(tmp_path: Path) -> None:
    """Processes of the client are started anew at each of these files: one that needs a later one would not start."""
    copy_to(tmp_path)
    read = False
    for block in saved(tmp_path):
        read |= block.adds  # nothing reads the app before
        if read and block.path.endswith(".py"):
            ran(tmp_path, "client", "check")
    assert read


def test_it_leaves_a_project_that_checks_out(copy: Path) -> None:
    assert (copy / "client/wishes/migrations/0001_initial.py").is_file()
    ran(copy, "client", "check", "--fail-level", "WARNING")


def test_its_own_test_passes_and_no_other_page_changes(copy: Path) -> None:
    ran(copy, "pytest", "-q", "tests/client/wishes", "tests/client/users/test_views.py")


def test_its_script_draws_what_the_live_layer_hears(copy: Path) -> None:
    argv = [tools.node(), "tests/js/wishes.js"]
    done = subprocess.run(argv, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_its_code_keeps_to_the_style_of_the_house(copy: Path) -> None:
    paths = [block.path for block in blocks() if block.path.endswith(".py") and not block.adds]
    ran(copy, "ruff", "check", *paths)
    ran(copy, "ruff", "format", "--check", *paths)


def test_its_template_is_well_formed(copy: Path) -> None:
    ran(copy, "djlint", "--quiet", "--lint", "templates/client/wishes")
