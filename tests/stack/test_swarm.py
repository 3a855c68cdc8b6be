"""The swarm stack runs the same processes as compose, with the same settings, and puts back what fails."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.processes import Process, all_processes

ROOT = Path(__file__).resolve().parents[2]
SWARM = ROOT / "deploy" / "swarm"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text())["services"]
STACK = yaml.safe_load((SWARM / "stack.yml").read_text())
SET_UP = yaml.safe_load((SWARM / "set-up.yml").read_text())
SERVERS = yaml.safe_load((SWARM / "servers.yml").read_text())
PROCESSES = all_processes(1)
OF_DEVELOPMENT = {"DEBUG", "AWS_EC2_METADATA_DISABLED"}


def test_the_stack_has_every_process_and_nginx() -> None:
    assert STACK["services"].keys() == {"nginx", *(process.name for process in PROCESSES)}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_a_service_is_that_of_compose(process: Process) -> None:
    service, composed = STACK["services"][process.name], COMPOSE[process.name]
    assert shlex.split(service["command"]) == shlex.split(composed["command"])
    assert service["environment"].keys() == composed["environment"].keys() - OF_DEVELOPMENT
    assert service["secrets"] == composed["secrets"]
    assert service["healthcheck"]["test"] == composed["healthcheck"]["test"]
    memory = [{"type": "tmpfs", "target": path} for path in composed["tmpfs"]]
    assert service["volumes"] == [*memory, *composed["volumes"]]
    for name in ("read_only", "cap_drop", "stop_grace_period"):
        assert service[name] == composed[name]


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_an_update_that_does_not_become_healthy_is_put_back(process: Process) -> None:
    deploy = STACK["services"][process.name]["deploy"]
    alone = process.name == "beat"
    assert deploy["update_config"]["failure_action"] == "rollback"
    assert deploy["update_config"]["order"] == ("stop-first" if alone else "start-first")
    assert (deploy["replicas"] == 1) == alone


@pytest.mark.parametrize(("name", "like"), [("master-set-up", "master-worker"), ("client-set-up", "client-web")])
def test_the_set_up_has_the_settings_of_its_project(name: str, like: str) -> None:
    service, process = SET_UP["services"][name], STACK["services"][like]
    settings = {key: value for key, value in service["environment"].items() if key != "QUEUES"}
    assert settings == {name: value for name, value in process["environment"].items() if name != "LOG_FILE"}
    assert service["secrets"] == process["secrets"]
    assert service["deploy"]["restart_policy"]["condition"] == "on-failure"


def test_the_servers_are_those_of_compose() -> None:
    for name, service in SERVERS["services"].items():
        composed = COMPOSE[name]["image"].replace(":-reactive-tables}", "}").replace("{TAG:-latest}", "{EMULATOR_TAG}")
        assert service["image"] == composed
        for setting in ("command", "environment", "user", "read_only", "cap_drop", "stop_signal", "stop_grace_period"):
            assert service.get(setting) == COMPOSE[name].get(setting), (name, setting)
        assert set(service.get("secrets", [])) == set(COMPOSE[name].get("secrets", [])) - {"client_2_database_url"}


def test_the_script_makes_every_secret_under_the_name_that_the_files_know() -> None:
    script = (SWARM / "deploy.sh").read_text()
    for content in (STACK, SET_UP, SERVERS):
        for name, secret in content["secrets"].items():
            assert secret == {"external": True, "name": f"${{STACK}}-{name}-${{{name.upper()}_TAG}}"}
            project, _, rest = name.partition("_")
            assert name in script or (project in {"master", "client"} and rest in {"secret_key", "database_url"})


def test_every_variable_of_the_files_is_set_by_the_script_or_has_a_default() -> None:
    known = set(re.findall(r"\b([A-Z_]{3,})\b", (SWARM / "deploy.sh").read_text()))
    files = "".join((SWARM / name).read_text() for name in ("stack.yml", "set-up.yml", "servers.yml"))
    needed = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)\}", files))
    assert {name for name in needed - known if not name.endswith("_TAG")} == set()


def test_every_setting_of_the_example_is_known() -> None:
    names = set(re.findall(r"^#?([A-Z_]+)=", (SWARM / "deploy.env.example").read_text(), re.MULTILINE))
    paths = [*SWARM.glob("*.sh"), *SWARM.glob("*.yml"), ROOT / "deploy/aws/awslogs.yml"]
    files = "".join(path.read_text() for path in paths)
    assert names
    assert {name for name in names if not re.search(rf"\${{?{name}\b", files)} == set()
