"""What a stack remembers: the same in every run, and nobody else's business."""

import socket
from pathlib import Path

from stack.memory import Memory, write_private
from stack.ports import LOOPBACK, is_free


def test_secrets_are_kept_and_differ(tmp_path: Path) -> None:
    first, second = Memory(tmp_path / "memory.json"), Memory(tmp_path / "memory.json")
    secret = first.secret("master SECRET_KEY")
    assert len(secret) >= 50
    assert Memory(tmp_path / "memory.json").secret("master SECRET_KEY") == secret
    assert second.secret("client SECRET_KEY") != secret


def test_only_the_owner_reads_them(tmp_path: Path) -> None:
    Memory(tmp_path / "memory.json").password("demo password")
    assert (tmp_path / "memory.json").stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_could_read_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)


def test_a_port_is_kept_until_somebody_takes_it(tmp_path: Path) -> None:
    port = Memory(tmp_path / "memory.json").port("redis port")
    assert is_free(port)
    assert Memory(tmp_path / "memory.json").port("redis port") == port
    with socket.create_server((LOOPBACK, port)):
        assert Memory(tmp_path / "memory.json").port("redis port") != port
