"""The table of processes: the names that other programs rely on, and each client apart from the others."""

from stack.processes import all_processes
from stack.projects import web_address

NAMES = [
    *("master-web", "master-worker", "relay", "notices"),
    *("client-web", "listener", "worker-fast", "worker-slow", "beat"),
]


def test_the_names_and_ports_are_those_that_are_documented() -> None:
    table = {process.name: process for process in all_processes(1)}
    assert list(table) == NAMES
    assert web_address(table["master-web"]) == "http://127.0.0.1:8001"
    assert table["notices"].port == 8003
    assert web_address(table["client-web"]) == "http://127.0.0.1:8000"


def test_every_client_has_its_own_processes_ports_and_settings() -> None:
    table = {process.name: process for process in all_processes(3)}
    assert len(table) == 4 + 3 * 5
    assert [table[name].port for name in ("client-web", "client-web-2", "client-web-3")] == [8000, 8010, 8020]
    assert {table[name].project for name in ("listener-2", "worker-fast-2", "beat-2")} == {"client-2"}


def test_a_command_has_no_blank_left() -> None:
    for process in all_processes(2):
        words = process.command(host="127.0.0.1", concurrency="1", state="/state")
        assert not [word for word in words if "{" in word]
