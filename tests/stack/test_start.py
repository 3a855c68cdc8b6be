"""What keeps a stack from starting is said in a sentence, and nothing is left behind."""

import socket
from pathlib import Path

import pytest

from stack import stack as module
from stack.errors import StackError
from stack.lock import Lock
from stack.memory import Memory
from stack.ports import LOOPBACK, is_answering
from stack.processes import Process
from stack.stack import Stack


def test_a_port_in_use_is_named_with_the_setting_that_changes_it(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StackError, match=rf"Port {port}, of master-web, is in use(.|\n)*PORT_BASE="):
            Stack(tmp_path, ports=port - 1).start()


def test_two_stacks_do_not_share_a_directory(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    lock.take()
    with pytest.raises(StackError, match=r"runs in .* already, as process"):
        Stack(tmp_path, ports="free").start()
    lock.release()


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("STACK_DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing"),
        ("STACK_REDIS_URL", "redis://127.0.0.1:1/0"),
        ("STACK_AWS_URL", "http://127.0.0.1:1"),
    ],
)
def test_a_server_that_is_named_but_not_there_is_not_replaced_by_ours(
    name: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, url)
    with pytest.raises(StackError, match=name):
        Stack(tmp_path, ports="free").start()


def test_a_process_that_does_not_start_is_named_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Process(name="broken", project="master", argv=("python", "-c", "exit('I am broken')"), ready="ready")
    monkeypatch.setattr(module, "all_processes", lambda clients: [broken])
    with pytest.raises(StackError, match=r"broken ended before it was ready(.|\n)*I am broken"):
        Stack(tmp_path, clients=0, ports="free").start()
    memory = Memory(tmp_path / "memory.json")
    ports = [memory.values[f"{name} port"] for name in ("postgresql", "redis", "aws")]
    assert not any(map(is_answering, ports))
    lock = Lock(tmp_path / "lock")
    lock.take()
    lock.release()
