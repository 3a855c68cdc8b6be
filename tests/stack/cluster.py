"""The objects of deploy/kubernetes."""

from functools import cache
from pathlib import Path

from tests.stack.kustomize import Manifest, build

ROOT = Path(__file__).resolve().parents[2]
KUBERNETES = ROOT / "deploy/kubernetes"
OVERLAY = KUBERNETES / "overlays/production"


@cache
def overlay() -> list[Manifest]:
    """Return what `kubectl apply --kustomize` would send."""
    return build(OVERLAY)


def of_base(kind: str) -> dict[str, Manifest]:
    """Return the objects of a kind in the base, by their names."""
    return {each["metadata"]["name"]: each for each in _base() if each["kind"] == kind}


@cache
def _base() -> list[Manifest]:
    return build(KUBERNETES / "base")


def pods(built: list[Manifest]) -> dict[str, Manifest]:
    """Return what runs in the pods of each Deployment and Job."""
    found = [each for each in built if each["kind"] in {"Deployment", "Job"}]
    return {each["metadata"]["name"]: each["spec"]["template"]["spec"] for each in found}


def containers(pod: Manifest) -> list[Manifest]:
    """Return the containers of a pod, those that run before the others included."""
    return [*pod.get("initContainers", []), *pod["containers"]]
