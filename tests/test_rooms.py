"""A room can be taken out: without its folders and its one line of settings the rest works.

Run in a process of its own for each room, in a copy of the repository.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.surroundings import STRAY, SURROUNDINGS

ROOT = Path(__file__).resolve().parent.parent
COPIED = (
    *("client", "master", "wire", "telemetry", "stack", "templates", "tests", "docs", "deploy"),
    *("pyproject.toml", "compose.yml"),
)


@dataclass(frozen=True, kw_only=True)
class Room:
    """What belongs to one room, and what is quick enough to be tried without it."""

    project: str
    line: str  # of the project's settings
    files: Sequence[str]  # and folders
    tests: Sequence[str]


CLIENT_TESTS = (
    "tests/client/test_signals.py",
    "tests/client/test_queues.py",
    "tests/client/users/test_views.py",
    "tests/client/overview/test_views.py",
)
MASTER_TESTS = ("tests/master/test_urls.py", "tests/master/test_request_path.py", "tests/master/users/test_admin.py")
ROOMS = {
    "clock": Room(
        project="client",
        line='"client.clock",',
        files=(
            "client/clock",
            "client/static/js/clock.js",
            "client/static/js/tick.js",
            "client/static/css/clock.css",
            "templates/client/clock",
            "tests/client/clock",
            "tests/js/clock.test.js",
            "tests/e2e/test_clock.py",
        ),
        tests=CLIENT_TESTS,
    ),
    "feed": Room(
        project="client",
        line='"client.feed",',
        files=(
            "client/feed",
            "client/static/js/feed",
            "client/static/css/feed.css",
            "templates/client/feed",
            "tests/client/feed",
            "tests/js/feed",
            "tests/e2e/test_feed.py",
            "tests/e2e/test_feed_busy.py",
            "tests/e2e/test_feed_list.py",
            "tests/e2e/feed_wire.py",
        ),
        tests=(*CLIENT_TESTS, "tests/client/live/test_routing.py", "tests/client/live/test_window.py"),
    ),
    "passwords": Room(
        project="master",
        line='AUTH_PASSWORD_VALIDATORS += [{"NAME": "master.passwords.validators.NotRecentlyUsed", '
        '"OPTIONS": {"history": 10}}]',
        files=("master/passwords", "tests/master/passwords"),
        tests=("tests/master/test_urls.py", "tests/master/users"),
    ),
    "profile": Room(
        project="client",
        line='"client.profile",',
        files=(
            "client/profile",
            "client/static/js/profile.js",
            "client/static/js/keeping.js",
            "client/static/js/phase.js",
            "client/static/js/progress.js",
            "client/static/js/sending.js",
            "client/static/js/takeover.js",
            "client/static/css/profile.css",
            "templates/client/profile",
            "tests/client/profile",
            "tests/js/profile.test.js",
            "tests/js/sending.test.js",
            "tests/js/takeover.test.js",
            "tests/e2e/test_profile.py",
        ),
        tests=CLIENT_TESTS,
    ),
    "notices": Room(
        project="master",
        line='"master.notices",',
        files=(
            "master/notices",
            "templates/master/admin/base_site.html",
            "tests/master/notices",
            "tests/js/notices.test.js",
            "tests/e2e/test_notices.py",
        ),
        tests=MASTER_TESTS,
    ),
}


@pytest.mark.parametrize("room", ROOMS.values(), ids=ROOMS)
def test_a_room_can_be_taken_out(room: Room, tmp_path: Path) -> None:
    copy_to(tmp_path)
    take_out(room, tmp_path)
    ran(tmp_path, room.project, "check", "--fail-level", "WARNING")
    ran(tmp_path, "pytest", "-q", *room.tests)


@pytest.mark.parametrize("project", ["client", "master"])
def test_without_all_its_rooms_every_other_test_of_a_project_passes(project: str, tmp_path: Path) -> None:
    copy_to(tmp_path)
    for room in ROOMS.values():
        if room.project == project:
            take_out(room, tmp_path)
    ran(tmp_path, "pytest", "-q", f"tests/{project}")


@pytest.mark.parametrize("room", ROOMS.values(), ids=ROOMS)
def test_nothing_but_settings_names_a_room(room: Room) -> None:
    module = room.files[0].replace("/", ".")
    elsewhere = [
        path
        for top in ("client", "master", "telemetry", "stack", "wire")
        for path in sorted((ROOT / top).rglob("*.py"))
        if module in path.read_text() and not path.is_relative_to(ROOT / room.files[0])
    ]
    settings = ROOT / room.project / "settings.py"
    assert [path for path in elsewhere if path != settings] == []


def copy_to(directory: Path) -> None:
    """Copy what the tests of a project need."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, directory / name)


def take_out(room: Room, directory: Path) -> None:
    """Remove a room from a copy; each of its parts must be there."""
    for name in room.files:
        path = directory / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    settings = directory / room.project / "settings.py"
    lines = settings.read_text().splitlines(keepends=True)
    kept = [line for line in lines if line.strip() != room.line]
    assert len(kept) == len(lines) - 1
    settings.write_text("".join(kept))


def ran(directory: Path, module: str, *words: str) -> None:
    """Run a module of the copy by this interpreter; it must end well."""
    kept = {name: value for name, value in os.environ.items() if name not in STRAY and not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=directory,
        env=kept | SURROUNDINGS,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
