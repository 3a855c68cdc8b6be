"""Master is restored from an older backup: the clients have what master has never seen, and versions above its own."""

import os
import subprocess
from pathlib import Path

from stack.postgresql import program
from stack.waiting import wait_until
from tests.faults.commands import run
from tests.faults.world import NOTHING, World

SECONDS = 120.0


def postgresql(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs."""
    subprocess.run(
        [program(name), *arguments], check=True, timeout=SECONDS, env={**os.environ, "PGCONNECT_TIMEOUT": "5"}
    )


def change_much(world: World, versions: int) -> None:
    """Let a writer work until master has given so many versions more, and all have arrived."""
    before, writer = world.versions(), world.write(rate=80)
    assert wait_until(lambda: world.versions() > before + versions, seconds=SECONDS)
    writer.stop()
    world.settle()


def test_a_restored_master_and_its_client_become_equal(world: World, tmp_path: Path) -> None:
    url, backup = world.url("master"), str(tmp_path / "backup")
    change_much(world, 400)
    postgresql("pg_dump", "--format=custom", f"--file={backup}", url)
    change_much(world, 400)
    newest = world.versions()
    postgresql("pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={url}", backup)
    assert world.versions() < newest
    assert world.difference().counts != NOTHING
    assert run(world.stack.projects["master"], "advance_versions", "--yes").code == 0
    assert world.versions() > newest
    world.let_all_arrive()
    assert run(world.client, "verify", "users", "--repair", "--force").code == 0
    assert world.difference().counts == NOTHING
    change_much(world, 200)
