"""compose.yml runs the same processes, by the same commands, as the embedded stack."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.processes import Process, all_processes

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROCESSES = all_processes(2)
WATCHING = {"prometheus": 9090, "grafana": 3000}
SERVERS = {"database", "redis", "aws"}
ONCE = {"master-set-up", "client-set-up", "master-set-up-2", "client-set-up-2"}
OTHERS = {"nginx"}
AWS_KEYS = {"aws_access_key_id", "aws_secret_access_key"}
SPEAK_TO_AWS = {"master-set-up", "master-set-up-2", "master-worker", "listener", "worker-fast", "worker-slow"}


def of_product(name: str) -> bool:
    """Tell whether a service is one of the product, and not of a profile that watches it."""
    return bool(SERVICES[name].get("profiles", ["two-clients"]) == ["two-clients"])


def test_compose_has_every_process_and_no_other() -> None:
    services = {name for name in SERVICES if of_product(name)}
    assert services - SERVERS - ONCE - OTHERS == {process.name for process in PROCESSES}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_a_service_runs_the_command_of_its_process(process: Process) -> None:
    service = SERVICES[process.name]
    first = next(each for each in all_processes(1) if each.name == process.name.removesuffix("-2"))
    wanted = first.command(host="0.0.0.0", concurrency="${CONCURRENCY:-1}", state="/tmp")  # noqa: S104, S108
    assert shlex.split(service["command"]) == wanted
    assert service["environment"]["APP_NAME"] == process.project


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_a_process_starts_after_the_set_up_and_is_asked_how_it_is(process: Process) -> None:
    service = SERVICES[process.name]
    number = "-2" if process.name.endswith("-2") else ""
    assert {name: each["condition"] for name, each in service["depends_on"].items()} == {
        **dict.fromkeys(SERVERS, "service_healthy"),  # also that they end last
        f"master-set-up{number}": "service_completed_successfully",
        f"client-set-up{number}": "service_completed_successfully",
    }
    port = [str(SERVICES_PORTS[process.name.removesuffix("-2")])] if process.is_web else []
    assert service["healthcheck"]["test"] == ["CMD", "python", "-m", "telemetry.alive", *port]
    assert ("profiles" in service) == bool(number)


SERVICES_PORTS = {each.name: each.port for each in all_processes(1)}


def test_servers_are_healthy_before_anything_uses_them() -> None:
    assert all("healthcheck" in SERVICES[name] for name in SERVERS)
    assert SERVICES["master-set-up"]["depends_on"] == {name: {"condition": "service_healthy"} for name in SERVERS}


def test_what_watches_is_a_profile_and_on_loopback_only() -> None:
    for name, port in WATCHING.items():
        service = COMPOSE["services"][name]
        assert service["profiles"] == ["metrics"]
        assert service["ports"] == [f"127.0.0.1:{port}:{port}"]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


def test_only_nginx_is_reachable_from_outside_and_on_loopback_unless_told_otherwise() -> None:
    published = {
        name: service["ports"] for name, service in SERVICES.items() if "ports" in service and of_product(name)
    }
    assert published.keys() == {"nginx"}
    assert all(port.startswith("${BIND:-127.0.0.1}:") for port in published["nginx"])


def test_nginx_believes_whom_real_ip_names() -> None:
    kept = "/etc/nginx/parts/real-ip.conf"
    assert SERVICES["nginx"]["volumes"] == [f"${{REAL_IP:-./deploy/nginx/parts/real-ip.conf}}:{kept}:ro"]
    assert "include parts/real-ip.conf;" in (ROOT / "deploy/nginx/nginx.conf").read_text()
    assert (ROOT / "deploy/nginx/parts/real-ip.conf").is_file()


@pytest.mark.parametrize("name", [process.name for process in PROCESSES] + sorted(ONCE))
def test_what_runs_our_image_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"], service["tmpfs"]) == (True, ["ALL"], ["/tmp"])  # noqa: S108
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "user" not in service  # the image's own, which is not root


@pytest.mark.parametrize("name", [process.name for process in PROCESSES] + sorted(ONCE))
def test_secrets_come_from_files_that_the_service_has(name: str) -> None:
    service = SERVICES[name]
    files = {value for key, value in service["environment"].items() if key.endswith("_FILE") and key != "LOG_FILE"}
    assert files == {f"/run/secrets/{secret}" for secret in service["secrets"]}
    assert not {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "SNAPSHOT_TOKEN"} & service["environment"].keys()
    assert (set(service["secrets"]) >= AWS_KEYS) == (name.removesuffix("-2") in {*SPEAK_TO_AWS})


def test_a_project_has_no_secret_of_another() -> None:
    for process in PROCESSES:
        own = process.project.replace("-", "_")
        keys = {name for name in SERVICES[process.name]["secrets"] if re.search("secret_key|database_url", name)}
        assert keys - AWS_KEYS == {f"{own}_secret_key", f"{own}_database_url"}


def test_every_secret_is_made_by_the_script() -> None:
    script = (ROOT / "deploy/secrets.sh").read_text()
    made = set(re.findall(r"^make (\w+)", script, re.MULTILINE))
    made |= {
        f"{project}_{what}" for project in ("master", "client", "client_2") for what in ("secret_key", "database_url")
    }
    assert COMPOSE["secrets"].keys() == made
    assert all(each["file"] == f"${{SECRETS:-./.secrets}}/{name}" for name, each in COMPOSE["secrets"].items())


def test_the_example_shows_every_setting_of_compose_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text()
    files = "".join((ROOT / name).read_text() for name in ("compose.yml", "deploy/nginx/compose.tls.yml"))
    read = set(re.findall(r"(?<!\$)\$\{([A-Z_0-9]+)", files))
    assert read
    assert set(re.findall(r"^#([A-Z_0-9]+)=", example, re.MULTILINE)) == read
