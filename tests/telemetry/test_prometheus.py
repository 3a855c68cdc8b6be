"""What deploy/metrics says is true of the product: its alerts, its dashboard and whom it asks."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.processes import MASTER, Process, all_processes, client_name
from tests import tools

ROOT = Path(__file__).resolve().parents[2]
METRICS = ROOT / "deploy/metrics"
ALERTS: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for group in yaml.safe_load((METRICS / "rules/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
}
DASHBOARD = json.loads((METRICS / "grafana/dashboards/reactive-tables.json").read_text())
OPERATIONS = (ROOT / "docs/operations.md").read_text()
OPERATIONS_PORT = 9100  # in containers
# as prometheus_client is told in our sources and in django-prometheus's
NAMED = re.compile(r"""(?:Counter|Gauge|Histogram|GaugeMetricFamily),?\(?\s*"([a-z_]+)"(?!\w)""")
OTHERS = {"up", "process_start_time_seconds", "process_resident_memory_bytes", "process_cpu_seconds_total"}
OTHERS |= {"process_open_fds"}
ENDINGS = ("", "_total", "_bucket", "_sum", "_count")


def expressions() -> Iterator[str]:
    """Yield every expression of the alerts and the dashboard."""
    yield from (rule["expr"] for rule in ALERTS.values())
    yield from (target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", []))


def names_in(expression: str) -> set[str]:
    """Return what looks like a metric in an expression."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"|(?:by|on) \([^)]*\)", " ", expression)
    words = re.findall(r"\b[a-z][a-z_]*\b(?!\s*\()", bare)
    return {word for word in words if word == "up" or "_" in word}


def named(*directories: Path) -> set[str]:
    """Return the metrics that the sources below directories make."""
    texts = [path.read_text() for directory in directories for path in directory.rglob("*.py")]
    return {name for text in texts for name in NAMED.findall(text)}


def ours_named() -> set[str]:
    """Return the metrics that our sources make."""
    return named(*(ROOT / part for part in ("client", "master", "telemetry")))


def known() -> set[str]:
    """Return the metrics that our sources and those of django-prometheus make, with every ending."""
    found = ours_named() | named(Path(next(iter(__import__("django_prometheus").__path__))))
    return {f"{name.removesuffix('_total')}{ending}" for name in found for ending in ENDINGS} | found | OTHERS


def test_every_metric_that_is_asked_for_is_one_that_we_count() -> None:
    asked = {name for expression in expressions() for name in names_in(expression)}
    assert len(asked) > 50
    assert asked - known() - {f"{name}_total" for name in known()} == set()


def test_every_metric_of_ours_is_on_the_dashboard_and_in_the_docs() -> None:
    shown = {
        name
        for panel in DASHBOARD["panels"]
        for target in panel.get("targets", [])
        for name in names_in(target["expr"])
    }
    ours = {name.removesuffix("_total") for name in ours_named()}
    assert len(ours) > 60
    assert ours - {re.sub("_(total|bucket|count|sum)$", "", name) for name in shown} == set()
    assert {name for name in ours if name not in OPERATIONS} == set()


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    chapter = OPERATIONS.partition("\n### Alerts\n")[2].partition("\n### ")[0]
    headings = re.findall(r"^#### (\w+)$", chapter, re.MULTILINE)
    assert headings == [*ALERTS]
    for name, rule in ALERTS.items():
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{name.lower()}"
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in ("critical", "warning")


def test_what_is_critical_is_called_so_in_its_runbook() -> None:
    for name, rule in ALERTS.items():
        text = OPERATIONS.partition(f"\n#### {name}\n")[2].partition("\n###")[0]
        assert ("critical" in text) == (rule["labels"]["severity"] == "critical"), name


def test_every_alert_is_tried_silent_firing_and_recovering() -> None:
    silent, recovers = set(), set()
    for case in yaml.safe_load((METRICS / "alerts.test.yml").read_text())["tests"]:
        looks: dict[str, list[bool]] = {}
        for each in case["alert_rule_test"]:
            looks.setdefault(each["alertname"], []).append(bool(each["exp_alerts"]))
        silent |= {name for name, fires in looks.items() if fires == [False]}
        recovers |= {name for name, fires in looks.items() if fires == [True, False]}
    assert silent == recovers == {*ALERTS}


@pytest.mark.parametrize(
    "words",
    [
        ("test", "rules", "alerts.test.yml"),
        ("check", "rules", "rules/alerts.yml"),
        ("check", "config", "--syntax-only", "prometheus/compose.yml"),
        ("check", "config", "--syntax-only", "prometheus/swarm.yml"),  # Debian's knows no Kubernetes
    ],
    ids=" ".join,
)
def test_promtool_agrees(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [tools.promtool(), *words], cwd=METRICS, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def jobs(kind: str) -> list[dict[str, Any]]:
    """Return the scrape configurations of Prometheus in a kind of place."""
    found: list[dict[str, Any]] = yaml.safe_load((METRICS / f"prometheus/{kind}.yml").read_text())["scrape_configs"]
    return found


def asked_port(process: Process) -> int:
    return process.port if process.is_web and process.port else OPERATIONS_PORT


@pytest.mark.parametrize(("kind", "prefix", "clients"), [("compose", "", 2), ("swarm", "tasks.", 1)])
def test_every_process_is_asked_at_its_port(kind: str, prefix: str, clients: int) -> None:
    asked = {
        name.removeprefix(prefix): place["port"]
        for job in jobs(kind)
        for place in job["dns_sd_configs"]
        for name in place["names"]
    }
    containers = {
        process.name: process for process in all_processes(1)
    }  # each has an address, and so ports, of its own
    ports = {each.name: asked_port(containers[each.name.removesuffix("-2")]) for each in all_processes(clients)}
    assert asked == ports


@pytest.mark.parametrize("kind", ["compose", "swarm", "kubernetes"])
def test_who_asks_has_the_token(kind: str) -> None:
    assert {job["authorization"]["credentials_file"] for job in jobs(kind)} == {"/run/secrets/metrics_token"}


@pytest.mark.parametrize("kind", ["compose", "swarm"])
def test_each_process_is_labelled_with_its_name_and_project(kind: str) -> None:
    prefix = "tasks." if kind == "swarm" else ""
    for process in all_processes(2 if kind == "compose" else 1):
        for job in jobs(kind):
            labels = relabelled({"__meta_dns_name": prefix + process.name}, job["relabel_configs"])
            assert (labels["process"], labels["project"]) == (process.name, process.project)


def test_in_kubernetes_too() -> None:
    (job,) = jobs("kubernetes")
    for process in all_processes(1):
        pod = {
            "__meta_kubernetes_pod_phase": "Running",
            "__meta_kubernetes_pod_container_port_name": "operations",
            "__meta_kubernetes_pod_label_app_kubernetes_io_name": process.name,
            "__meta_kubernetes_pod_name": f"{process.name}-5d9c",
        }
        labels = relabelled(pod, job["relabel_configs"])
        assert (labels["process"], labels["project"]) == (process.name, process.project)
        assert labels["instance"] == f"{process.name}-5d9c"
        labelled = relabelled(pod | {"__meta_kubernetes_pod_label_project": client_name(3)}, job["relabel_configs"])
        assert labelled["project"] == "client-3" != MASTER
        assert not relabelled(pod | {"__meta_kubernetes_pod_phase": "Pending"}, job["relabel_configs"])
        assert not relabelled(pod | {"__meta_kubernetes_pod_container_port_name": "x"}, job["relabel_configs"])


def relabelled(labels: dict[str, str], rules: list[dict[str, Any]]) -> dict[str, str]:
    """Do as Prometheus does with `replace` and `keep`; nothing is left of a target that is dropped."""
    for rule in rules:
        value = ";".join(labels.get(name, "") for name in rule["source_labels"])
        found = re.fullmatch(rule.get("regex", "(.*)"), value)
        if rule.get("action") == "keep":
            if not found:
                return {}
        elif found:
            labels = {**labels, rule["target_label"]: _filled(rule.get("replacement", "$1"), found)}
    return labels


def _filled(replacement: str, found: re.Match[str]) -> str:
    return re.sub(r"\$(\d)", lambda number: found[int(number[1])] or "", replacement)


def test_the_dashboard_is_of_the_datasource_that_is_provisioned() -> None:
    (source,) = yaml.safe_load((METRICS / "grafana/provisioning/datasources/prometheus.yml").read_text())["datasources"]
    panels = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
    assert {panel["datasource"]["uid"] for panel in panels} == {source["uid"]}
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert len(panels) > 30


def test_no_two_panels_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
