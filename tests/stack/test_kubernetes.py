"""The manifests are what Kubernetes takes, run what `make up` runs, and give nobody more than he needs."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from stack.processes import Process, all_processes
from tests.stack.cluster import KUBERNETES, OVERLAY, ROOT, containers, of_base, overlay, pods
from tests.stack.kustomize import Loader, Manifest, build

SAMPLE = Path(__file__).parent / "kustomized/overlay"
KUBECTL = shutil.which("kubectl")
VERSION = kubernetes_validate.latest_version()
PROCESSES = all_processes(1)
CONTROL = {"host": "0.0.0.0", "concurrency": "$(CONCURRENCY)", "state": "/state"}  # noqa: S104
# Whoever may be asked for something on AWS; all others have no role.
ACCOUNTS = {"master-worker": "publisher", "listener": "receiver", "worker-fast": "applier", "worker-slow": "applier"}


@pytest.fixture(scope="module")
def built() -> list[Manifest]:
    """Return what `kubectl apply --kustomize` would send."""
    return overlay()


@pytest.mark.parametrize("directory", [KUBERNETES / "base", OVERLAY], ids=lambda path: path.name)
def test_all_of_it_is_taken_by_a_current_kubernetes(directory: Path) -> None:
    for manifest in build(directory):
        kubernetes_validate.validate(manifest, VERSION, strict=True)


def test_kubernetes_is_current() -> None:
    assert tuple(map(int, VERSION.split(".")[:2])) >= (1, 37)


@pytest.mark.parametrize("field", ["restartPolice", "securityContexts", "containers"])
def test_a_slip_would_be_noticed(built: list[Manifest], field: str) -> None:
    (web,) = (each for each in built if (each["kind"], each["metadata"]["name"]) == ("Deployment", "master-web"))
    pod = {**web["spec"]["template"]["spec"], field: {}}
    wrong = {**web, "spec": {**web["spec"], "template": {**web["spec"]["template"], "spec": pod}}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_all_of_it_is_in_one_namespace(built: list[Manifest]) -> None:
    (namespace,) = (each["metadata"]["name"] for each in built if each["kind"] == "Namespace")
    assert {each["metadata"].get("namespace") for each in built if each["kind"] != "Namespace"} == {namespace}


def _by_kubectl(directory: Path) -> str:
    return subprocess.run([str(KUBECTL), "kustomize", directory], capture_output=True, text=True, check=True).stdout


def _recorded(directory: Path) -> str:
    return (directory.parent / "built.yml").read_text()


@pytest.mark.parametrize(
    ("directory", "theirs"),
    [(SAMPLE, _recorded), *((each, _by_kubectl) for each in (SAMPLE, KUBERNETES / "base", OVERLAY) if KUBECTL)],
)
def test_kubectl_builds_the_same(directory: Path, theirs: Callable[[Path], str]) -> None:
    """The sample uses all of kustomize that is used here; our own manifests are compared where there is a kubectl."""
    plain = re.sub(r"\b(name: (?:master|client))-[0-9a-z]{10}$", r"\1", theirs(directory), flags=re.MULTILINE)
    assert _sorted(yaml.load_all(plain, Loader)) == _sorted(build(directory))


def _sorted(value: Any) -> Any:
    """Order lists of objects, of which neither side says the order."""
    if isinstance(value, dict):
        return {name: _sorted(each) for name, each in value.items()}
    if isinstance(value, str | int | float | None):
        return value
    each = [_sorted(one) for one in value if one is not None]
    return sorted(each, key=partial(json.dumps, sort_keys=True)) if all(isinstance(one, dict) for one in each) else each


def test_every_process_is_there_and_no_other() -> None:
    names = {process.name for process in PROCESSES}
    assert set(of_base("Deployment")) == names
    assert set(of_base("PodDisruptionBudget")) == names
    assert set(of_base("HorizontalPodAutoscaler")) == {process.name for process in PROCESSES if process.is_web}
    assert set(of_base("Service")) == {process.name for process in PROCESSES if process.port}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_a_process_runs_the_command_that_make_up_runs(process: Process) -> None:
    pod = of_base("Deployment")[process.name]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["args"] == process.command(**CONTROL)
    assert {source[kind]["name"] for source in container["envFrom"] for kind in source} == {process.project}
    assert pod["serviceAccountName"] == ACCOUNTS.get(process.name, "nobody")
    assert pod["initContainers"][0]["args"][-1].startswith(f"until python -m {process.project} migrate --check;")


def test_beat_is_one() -> None:
    spec = of_base("Deployment")["beat"]["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


def test_nothing_runs_as_root_or_writes_to_its_image(built: list[Manifest]) -> None:
    assert len(pods(built)) == len(PROCESSES) + 2
    for pod in pods(built).values():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in containers(pod):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert set(container["resources"]) == {"requests", "limits"}


def test_every_process_is_looked_after(built: list[Manifest]) -> None:
    for process in PROCESSES:
        (container,) = pods(built)[process.name]["containers"]
        port = "http" if process.is_web else "operations"
        probes = {name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
        assert {name: (get["path"], get["port"]) for name, get in probes.items()} == {
            "startup": ("/healthz", port),
            "liveness": ("/healthz", port),
            "readiness": ("/readyz", port),
        }
        assert port in {each["name"] for each in container["ports"]}


def test_files_of_secrets_stay_out_of_git() -> None:
    texts = "".join((ROOT / f"docs/{name}.md").read_text() for name in ("scale", "security"))
    files = re.findall(r"--from-env-file=(\S+)", texts)
    ignored = (ROOT / ".gitignore").read_text().split()
    assert len(files) > 2
    assert [name for name in files if not any(fnmatch(name, pattern) for pattern in ignored)] == []


def test_what_a_container_counts_goes_with_it(built: list[Manifest]) -> None:
    """A volume stays when a container is started again: gauges in it, such as open windows, would never be 0 again."""
    for pod in pods(built).values():
        for container in containers(pod):
            assert "PROMETHEUS_MULTIPROC_DIR" not in {each["name"] for each in container.get("env", [])}
    settings = re.findall(r"\bOPERATIONS_PORT=\d+", (ROOT / "Dockerfile").read_text())
    assert settings  # by which each process makes a directory of its own: telemetry/environment.py


def test_no_secret_is_in_a_file() -> None:
    assert of_base("Secret") == {}
    for name in ("master", "client"):
        settings = dict(line.split("=", 1) for line in (KUBERNETES / f"base/{name}.env").read_text().splitlines())
        assert settings["APP_NAME"] == name
        secret = {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "SNAPSHOT_TOKEN", "AWS_SECRET_ACCESS_KEY"}
        assert not secret & set(settings)


def test_accounts_that_speak_to_aws_have_roles_and_nobody_has_a_token(built: list[Manifest]) -> None:
    accounts = {each["metadata"]["name"]: each for each in built if each["kind"] == "ServiceAccount"}
    assert set(accounts) == {*ACCOUNTS.values(), "nobody"}
    assert not any(account["automountServiceAccountToken"] for account in accounts.values())
    with_role = {name for name, account in accounts.items() if "annotations" in account["metadata"]}
    assert with_role == set(ACCOUNTS.values())
