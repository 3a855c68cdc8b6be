"""compose.yml runs the same processes, by the same commands, as the embedded stack."""

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.processes import Process, all_processes

COMPOSE = yaml.safe_load((Path(__file__).resolve().parents[2] / "compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SERVERS = {"database", "redis", "aws"}
SET_UP = {"master-set-up", "client-set-up"}


def test_compose_has_every_process_and_no_other() -> None:
    assert SERVICES.keys() - SERVERS - SET_UP == {process.name for process in all_processes(1)}


@pytest.mark.parametrize("process", all_processes(1), ids=lambda process: process.name)
def test_a_service_runs_the_command_of_its_process(process: Process) -> None:
    service = SERVICES[process.name]
    wanted = process.command(host="0.0.0.0", concurrency="${CONCURRENCY:-1}", state="/state")  # noqa: S104
    assert shlex.split(service["command"]) == wanted
    assert service["environment"]["APP_NAME"] == process.project


@pytest.mark.parametrize("process", all_processes(1), ids=lambda process: process.name)
def test_a_service_starts_after_the_set_up_and_publishes_on_loopback_only(process: Process) -> None:
    service = SERVICES[process.name]
    assert {name: each["condition"] for name, each in service["depends_on"].items()} == dict.fromkeys(
        SET_UP, "service_completed_successfully"
    )
    assert service.get("ports", []) == ([f"127.0.0.1:{process.port}:{process.port}"] if process.port else [])


def test_servers_are_healthy_before_anything_uses_them() -> None:
    assert all("healthcheck" in SERVICES[name] for name in SERVERS)
    assert SERVICES["master-set-up"]["depends_on"] == {name: {"condition": "service_healthy"} for name in SERVERS}


def test_nothing_but_webs_is_reachable_from_outside() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"master-web", "client-web"}
