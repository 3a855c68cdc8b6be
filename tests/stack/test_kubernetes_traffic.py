"""Browsers are led to pods that are ready for them, and to more of these before they are too many."""

import re

import pytest

from stack.processes import all_processes
from tests.stack.cluster import KUBERNETES, ROOT, of_base, overlay, pods

PROCESSES = all_processes(1)
ALB = "alb.ingress.kubernetes.io"
STOP_SECONDS = 10  # in which every process ends: docs/operations.md
EMPTY_BYTES = 140_000_000  # of a client-web without windows, about


def test_services_and_ingresses_lead_to_ports_that_are_there() -> None:
    services = of_base("Service")
    for process in PROCESSES:
        if process.port:
            (port,) = services[process.name]["spec"]["ports"]
            (container,) = of_base("Deployment")[process.name]["spec"]["template"]["spec"]["containers"]
            assert port["port"] == process.port
            assert {"name": port["targetPort"], "containerPort": process.port} in container["ports"]
    for ingress in of_base("Ingress").values():
        for path in ingress["spec"]["rules"][0]["http"]["paths"]:
            service = path["backend"]["service"]
            assert service["port"]["name"] == services[service["name"]]["spec"]["ports"][0]["name"]


def test_pages_look_for_notices_where_the_ingress_leads_to_them() -> None:
    (settings,) = (
        each["data"] for each in overlay() if (each["kind"], each["metadata"]["name"]) == ("ConfigMap", "master")
    )
    (rule,) = of_base("Ingress")["master"]["spec"]["rules"]
    (path,) = (each for each in rule["http"]["paths"] if each["backend"]["service"]["name"] == "notices")
    assert path["pathType"] == "Exact"
    assert settings["NOTICES_URL"] == f"wss://{rule['host']}{path['path']}"
    assert settings["NOTICES_ORIGINS"] == f"https://{rule['host']}"


def test_client_webs_become_more_before_they_turn_windows_away() -> None:
    """By memory: windows that are quiet take no processor time. Figures: docs/scale.md, and a process without any."""
    metrics = of_base("HorizontalPodAutoscaler")["client-web"]["spec"]["metrics"]
    (target,) = (each["resource"]["target"] for each in metrics if each["resource"]["name"] == "memory")
    (web,) = of_base("Deployment")["client-web"]["spec"]["template"]["spec"]["containers"]
    (most,) = re.findall(r'"LIVE_WINDOWS_A_PROCESS", default=([\d_]+)', (ROOT / "client/settings.py").read_text())
    (kilobytes,) = re.findall(r"10,000 windows .*? ([\d.]+) KB each", (ROOT / "docs/scale.md").read_text())
    settings = dict(line.split("=", 1) for line in (KUBERNETES / "base/client.env").read_text().splitlines())
    assert "LIVE_WINDOWS_A_PROCESS" not in settings
    windows = (_bytes(target["averageValue"]) - EMPTY_BYTES) / (float(kilobytes) * 1000)
    assert 0.5 < windows / int(most) < 0.7
    assert EMPTY_BYTES + int(most) * float(kilobytes) * 1000 < 0.5 * _bytes(web["resources"]["limits"]["memory"])


@pytest.mark.parametrize("name", [process.name for process in PROCESSES if process.port])
def test_a_pod_ends_after_the_load_balancer_has_let_go_of_it_and_is_not_killed_before(name: str) -> None:
    pod = pods(overlay())[name]
    waits = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    for ingress in (each for each in overlay() if each["kind"] == "Ingress"):
        attributes = ingress["metadata"]["annotations"][f"{ALB}/target-group-attributes"]
        assert waits > int(attributes.removeprefix("deregistration_delay.timeout_seconds="))
    assert pod["terminationGracePeriodSeconds"] >= waits + STOP_SECONDS + 5


def test_an_update_waits_until_the_load_balancer_knows_the_new_pods() -> None:
    (namespace,) = (each for each in overlay() if each["kind"] == "Namespace")
    assert namespace["metadata"]["labels"]["elbv2.k8s.aws/pod-readiness-gate-inject"] == "enabled"
    for ingress in (each for each in overlay() if each["kind"] == "Ingress"):
        notes = ingress["metadata"]["annotations"]
        assert notes[f"{ALB}/target-type"] == "ip"  # else there is no gate
        every, within, times = (
            int(notes[f"{ALB}/{name}"])
            for name in ("healthcheck-interval-seconds", "healthcheck-timeout-seconds", "healthy-threshold-count")
        )
        assert within < every
        assert every * times <= 10


def _bytes(quantity: str) -> int:
    """Return a quantity of memory, in bytes."""
    return int(quantity[:-2]) * {"Mi": 2**20, "Gi": 2**30}[quantity[-2:]]
