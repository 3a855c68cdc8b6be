"""What deploy/elk makes of the logs fits what the processes write."""

import ast
import json
import os
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from deploy.elk import set_up
from telemetry.ecs import ECS as SAID
from telemetry.ecs import OURS, VERSION
from tests.stack.kustomize import build
from tests.telemetry.schema import MAPPED, TEMPLATE, VALUES, schema

ROOT = Path(__file__).resolve().parents[2]
ELK = ROOT / "deploy" / "elk"
KIBANA = [json.loads(path.read_text()) for path in sorted((ELK / "kibana").glob("*.json"))]
SERVICES = yaml.safe_load((ROOT / "compose.yml").read_text())["services"]
FILEBEAT = yaml.safe_load((ELK / "filebeat.yml").read_text())
SOURCES = [path for room in ("master", "client", "telemetry") for path in sorted((ROOT / room).rglob("*.py"))]
METHODS = {"debug", "info", "warning", "error", "exception", "log"}


def said(path: Path) -> Iterator[str]:
    """Yield the names of the fields that a source file gives to its lines."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr), keywords=keywords) if attr in METHODS:
                for extra in (word.value for word in keywords if word.arg == "extra"):
                    yield from (str(key.value) for key in getattr(extra, "keys", []) if isinstance(key, ast.Constant))


def test_every_field_that_the_source_names_is_of_the_schema_or_mapped_below_our_name() -> None:
    """What it names otherwise is found when a test logs it: see tests/lines.py."""
    names = {name for path in SOURCES for name in said(path)}
    assert len(names) > 20
    ours = names - SAID
    assert not {name for name in ours if "." in name}
    assert {name for name in ours if f"{OURS}.{name}" not in MAPPED} == set()


def test_fields_of_the_schema_have_its_types() -> None:
    known = schema().types
    assert len(known) > 1000
    theirs = {name: kind for name, kind in MAPPED.items() if not name.startswith(f"{OURS}.")}
    assert theirs == {name: known.get(name) for name in theirs}
    assert set(SAID) <= theirs.keys()
    assert {name: values for name, values in schema().values.items() if name in MAPPED} == VALUES
    assert schema().version == VERSION


def test_a_trace_is_found_by_one_field_whether_it_is_one_or_many() -> None:
    mappings = TEMPLATE["template"]["mappings"]
    assert mappings["properties"]["trace"]["properties"]["id"]["copy_to"] == f"{OURS}.traces"
    assert MAPPED[f"{OURS}.traces"] == "keyword"


def test_filebeat_writes_to_the_stream_that_the_template_is_for() -> None:
    (pattern,) = TEMPLATE["index_patterns"]
    assert FILEBEAT["output.elasticsearch"]["index"].startswith(pattern.removesuffix("*"))
    assert TEMPLATE["template"]["settings"]["index.lifecycle.name"] == "reactive_tables"
    policy = json.loads((ELK / "lifecycle.json").read_text())["policy"]["phases"]
    assert policy["delete"]["actions"] == {"delete": {}}
    for source in FILEBEAT["filebeat.inputs"]:
        (json_lines,) = (parser["ndjson"] for parser in source["parsers"] if "ndjson" in parser)
        assert json_lines["expand_keys"]
        assert json_lines["overwrite_keys"]


def test_what_kibana_shows_is_there() -> None:
    known = {(each["type"], each["id"]) for each in KIBANA}
    assert {"index-pattern", "search", "lens", "dashboard"} == {kind for kind, _ in known}
    for each in KIBANA:
        assert {(reference["type"], reference["id"]) for reference in each["references"]} <= known
        assert set(fields_of(each)) <= MAPPED.keys() | {"___records___"}


def fields_of(saved: dict[str, Any]) -> Iterator[str]:
    """Yield the fields that a saved object names."""
    attributes = saved["attributes"]
    yield from attributes.get("columns", [])
    for layer in (
        attributes.get("state", {}).get("datasourceStates", {}).get("formBased", {}).get("layers", {}).values()
    ):
        assert set(layer["columnOrder"]) == layer["columns"].keys()
        yield from (column["sourceField"] for column in layer["columns"].values())


# The shapes in which Kibana 8.9 keeps its objects. One that says no shape is taken for the oldest of all, and is turned
# into a newer one step by step: the first steps fail of a chart that is in a new shape already.
SHAPES = {"index-pattern": "8.0.0", "search": "8.0.0", "lens": "8.9.0", "dashboard": "8.9.0"}


@pytest.mark.parametrize("saved", KIBANA, ids=lambda each: each["id"])
def test_an_object_says_in_which_shape_it_is(saved: dict[str, Any]) -> None:
    assert saved["typeMigrationVersion"] == SHAPES[saved["type"]]
    assert saved["coreMigrationVersion"] == "8.8.0"


def test_a_websocket_is_no_slow_request() -> None:
    """nginx writes its line when it ends, with its whole life as the duration."""
    shown = {each["id"]: str(each) for each in KIBANA}
    for name in ("reactive-tables-slow-requests", "reactive-tables-request-duration"):
        queries = re.findall(r"message : \"request\"[^']*", shown[name])
        assert queries
        assert all(query.endswith(" and not http.response.status_code : 101") for query in queries), queries


def test_a_panel_refers_to_what_it_shows() -> None:
    (dashboard,) = (each for each in KIBANA if each["type"] == "dashboard")
    names = {reference["name"] for reference in dashboard["references"]}
    panels = dashboard["attributes"]["panelsJSON"]
    assert {f"{panel['panelIndex']}:{panel['panelRefName']}" for panel in panels} == names


def test_kibana_gets_texts_where_it_keeps_texts_and_references_first() -> None:
    lines = [json.loads(line) for line in set_up.saved_objects().splitlines()]
    assert [each["type"] for each in lines] == sorted((each["type"] for each in KIBANA), key=set_up.ORDER.index)
    (dashboard,) = (each for each in lines if each["type"] == "dashboard")
    assert json.loads(dashboard["attributes"]["panelsJSON"])
    assert json.loads(dashboard["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])["filter"] == []


def test_the_profile_has_one_version_and_reads_only() -> None:
    logs = {name: service for name, service in SERVICES.items() if service.get("profiles") == ["logs"]}
    assert logs.keys() == {"elasticsearch", "kibana", "logs-set-up", "filebeat"}
    versions = {each["image"].partition(":")[2] for each in logs.values() if each["image"].startswith("docker.elastic")}
    assert len(versions) == 1
    assert [port for each in logs.values() for port in each.get("ports", [])] == ["127.0.0.1:5601:5601"]
    mounts = [mount for each in logs.values() for mount in each.get("volumes", []) if mount.startswith((".", "/"))]
    assert mounts
    assert all(mount.endswith(":ro") for mount in mounts)


SWARM = yaml.safe_load((ELK / "swarm.yml").read_text())
POD = yaml.safe_load((ELK / "kubernetes" / "filebeat.yaml").read_text())["spec"]["template"]["spec"]
FILEBEATS = {
    "compose": SERVICES["filebeat"],
    "swarm": SWARM["services"]["filebeat"],
    "node": POD["containers"][0],
    "sidecar": yaml.safe_load((ELK / "kubernetes/sidecar/sidecar.yaml").read_text())[-1]["value"],
}


@pytest.mark.parametrize("way", FILEBEATS)
def test_every_way_to_run_filebeat_has_one_version_and_settings_that_it_knows(way: str) -> None:
    filebeat, named = FILEBEATS[way], (ELK / "filebeat.yml").read_text()
    version = SERVICES["filebeat"]["image"].replace("${ELASTIC_VERSION:-", "").rstrip("}")
    assert filebeat["image"].replace("${ELASTIC_VERSION:-", "").rstrip("}") == version
    environment = filebeat.get("environment") or {each["name"]: each for each in filebeat["env"]}
    assert environment.keys() >= {"ELASTICSEARCH_HOSTS"}
    assert all(f"${{{name}:" in named for name in environment)


@pytest.mark.parametrize("way", ["compose", "swarm"])
def test_filebeat_is_not_root_and_reads_the_volume_that_the_processes_write_to(way: str) -> None:
    filebeat = FILEBEATS[way]
    assert filebeat.keys().isdisjoint({"user", "cap_add", "privileged"})
    assert (filebeat["cap_drop"], filebeat["read_only"]) == (["ALL"], True)
    assert "/var/lib/docker" not in str(filebeat)
    product = yaml.safe_load((ROOT / {"compose": "compose.yml", "swarm": "deploy/swarm/stack.yml"}[way]).read_text())
    directory = "/var/log/reactive-tables"
    processes = [each for each in product["services"].values() if "LOG_FILE" in (each.get("environment") or ())]
    assert len(processes) >= 9
    assert all(f"logs:{directory}" in each["volumes"] for each in processes)
    assert f"install --directory --owner reactive --group reactive {directory}" in (ROOT / "Dockerfile").read_text()
    (files, _) = FILEBEAT["filebeat.inputs"]
    assert files["enabled"] == "${LOG_FILES:true}"
    assert files["paths"] == [f"${{LOG_PATHS:{directory}/*.log*}}"]
    if way == "compose":
        assert f"logs:{directory}:ro,nocopy" in filebeat["volumes"]
        assert processes[0]["environment"]["LOG_FILE"].startswith(f"${{LOG_FILE-{directory}/")
    else:
        assert {each["target"] for each in filebeat["volumes"] if isinstance(each, dict)} == {directory}
        assert SWARM["volumes"]["logs"]["name"].replace(":-reactive-tables", "") == product["volumes"]["logs"]["name"]


def test_only_where_it_reads_what_containers_print_it_is_root_and_may_do_nothing_but_read() -> None:
    node, sidecar = (FILEBEATS[way]["securityContext"] for way in ("node", "sidecar"))
    assert (node["runAsUser"], node["capabilities"]) == (0, {"drop": ["ALL"], "add": ["DAC_READ_SEARCH"]})
    assert (sidecar["runAsUser"], sidecar["capabilities"]) == (1000, {"drop": ["ALL"]})


def test_a_sidecar_can_be_put_beside_every_process(tmp_path: Path) -> None:
    parts = {"resources": "deploy/kubernetes/overlays/production", "components": "deploy/elk/kubernetes/sidecar"}
    here = {name: [os.path.relpath(ROOT / path, tmp_path.resolve())] for name, path in parts.items()}
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(here))
    built = build(tmp_path)
    (config,) = (each["metadata"]["name"] for each in built if "filebeat.yml" in each.get("data", {}))
    deployments = [each for each in built if each["kind"] == "Deployment"]
    assert len(deployments) == 9
    for deployment in deployments:
        kubernetes_validate.validate(deployment, kubernetes_validate.latest_version(), strict=True)
        pod = deployment["spec"]["template"]["spec"]
        names = {"LOG_FILE": "/var/log/reactive-tables/processes.log"}
        assert {each["name"]: each.get("value") for each in pod["containers"][0]["env"]}.items() >= names.items()
        assert pod["initContainers"][-1]["name"] == "filebeat"
        assert config in [each.get("configMap", {}).get("name") for each in pod["volumes"]]


def test_nginx_tells_no_query() -> None:
    nginx = ROOT / "deploy/nginx"
    parts = "\n".join(path.read_text() for path in sorted(nginx.rglob("*.conf")))
    assert re.findall(r"^\s*error_log (.*);", parts, re.MULTILINE) == ["stderr crit"]  # what is less repeats requests
    logged = (nginx / "parts/log.conf").read_text().partition("map ")[0]
    names = re.findall(r'"([\w.@]+)":', logged)
    assert "url.path" in names
    assert set(names) <= schema().types.keys()
    assert not re.findall(r"\$(?:request|request_uri|args|query_string|http_referer|http_cookie)\b", logged)


class Servers(BaseHTTPRequestHandler):
    """Stands for Elasticsearch and Kibana."""

    heard: list[tuple[str, str, bytes]]

    def answer(self) -> None:
        """Note what is asked and take it."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.heard.append((self.command, self.path, body))
        refused = b"lifecycle" in body and self.refuses
        said = b'{"error": "no"}' if refused else b'{"success": true}'
        self.send_response(400 if refused else 200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    refuses = False
    do_GET = do_PUT = do_POST = answer  # noqa: N815 - names of http.server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as http.server names it
        """Say nothing."""


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Servers]]:
    """Serve both on one port, for set_up.py."""
    monkeypatch.setattr(Servers, "heard", [], raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Servers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name in ("ELASTICSEARCH_URL", "KIBANA_URL"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setattr("sys.argv", ["set_up.py"])
        yield Servers
        server.shutdown()


def test_it_sets_up_what_the_logs_need(servers: type[Servers]) -> None:
    set_up.main()
    assert [(method, path.partition("?")[0]) for method, path, _ in servers.heard] == [
        ("GET", "/_cluster/health"),
        ("PUT", "/_ilm/policy/reactive_tables"),
        ("PUT", "/_index_template/reactive_tables"),
        ("GET", "/api/status"),
        ("POST", "/api/saved_objects/_import"),
    ]
    assert json.loads(servers.heard[2][2]) == TEMPLATE
    assert set_up.saved_objects().encode() in servers.heard[4][2]


def test_what_a_server_says_against_it_is_shown(servers: type[Servers], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "refuses", True)
    with pytest.raises(set_up.Refused, match=r"_index_template/reactive_tables: 400 .*no"):
        set_up.main()
