"""What `kubectl kustomize` makes of an overlay, as far as ours go: for machines that have no kubectl.

A field of a kustomization that is not known here is an error. Names of ConfigMaps stay without their digest.
What kubectl made of a small overlay that uses all of it is kept in kustomized/built.yml.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonpatch
import yaml

Manifest = dict[str, Any]
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where it can be: ten times as quick
# By what the elements of a list are the same, as Kubernetes' own types say; any other list is replaced as a whole.
KEYS = {
    "containers": "name",
    "initContainers": "name",
    "volumes": "name",
    "env": "name",
    "ports": "containerPort",
    "volumeMounts": "mountPath",
}


def manifests(path: Path) -> list[Manifest]:
    """Return the objects of a file."""
    return [each for each in yaml.load_all(path.read_text(), Loader) if each]


def build(directory: Path) -> list[Manifest]:
    """Return the objects of a base or an overlay."""
    return _built([], directory)


def merged(there: Any, patch: Any, name: str = "") -> Any:
    """Return what a strategic merge makes of a value."""
    if isinstance(there, dict) and isinstance(patch, dict):
        return there | {key: merged(there.get(key), value, key) for key, value in patch.items()}
    if isinstance(there, list) and isinstance(patch, list) and name in KEYS:
        by = {each[KEYS[name]]: each for each in there}
        return list((by | {each[KEYS[name]]: merged(by.get(each[KEYS[name]]), each) for each in patch}).values())
    return deepcopy(patch)


def pod_of(manifest: Manifest) -> Manifest:
    """Return what an object says of its pods, or nothing."""
    return dict(manifest.get("spec", {}).get("template", {}))


def _built(given: list[Manifest], directory: Path) -> list[Manifest]:
    """Return what a base, an overlay or a component makes of the objects that it is given."""
    (asked,) = (each for path in directory.glob("kustomization.y*ml") for each in manifests(path))
    unknown = asked.keys() - STEPS.keys() - {"apiVersion", "kind", "resources", "components"}
    assert not unknown, f"teach {Path(__file__).name} {unknown}"
    built = [*given, *(each for name in asked.get("resources", []) for each in _resource(directory / name))]
    for name in asked.get("components", []):
        built = _built(built, directory / name)
    for name, step in STEPS.items():
        if name in asked:
            step(built, asked[name], directory)
    return built


def _resource(path: Path) -> list[Manifest]:
    return build(path) if path.is_dir() else manifests(path)


def _config_maps(built: list[Manifest], maps: Any, directory: Path) -> None:
    for each in maps:
        lines = [line for name in each.get("envs", []) for line in (directory / name).read_text().splitlines()]
        data = dict(line.split("=", 1) for line in [*lines, *each.get("literals", [])])
        data |= {Path(name).name: (directory / name).read_text() for name in each.get("files", [])}
        if each.get("behavior") == "merge":
            (there,) = _chosen(built, "ConfigMap", each["name"])
            there["data"] |= data
        else:
            metadata = {key: each[key] for key in ("name", "namespace") if key in each}
            built.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})


def _patches(built: list[Manifest], patches: Any, directory: Path) -> None:
    for patch in patches:
        for change in _changes(directory / patch["path"]):
            target = patch.get("target") or {"kind": change["kind"], "name": change["metadata"]["name"]}
            chosen = list(_chosen(built, **target))
            assert chosen, f"{patch['path']} changes nothing"
            for each in chosen:
                each.update(_changed(each, change))


def _changes(path: Path) -> list[Any]:
    """Return what a file of patches asks for: strategic merges, or the operations of one JSON patch together."""
    return list(yaml.load_all(path.read_text(), Loader))


def _changed(there: Manifest, change: Any) -> Manifest:
    if isinstance(change, list):
        return dict(jsonpatch.apply_patch(there, change))
    return dict(merged(there, change | {"metadata": change["metadata"] | {"name": there["metadata"]["name"]}}))


def _chosen(built: list[Manifest], kind: str, name: str = "", labelSelector: str = "") -> Iterator[Manifest]:  # noqa: N803 - kustomize's own name
    for each in built:
        labels = {f"{key}={value}" for key, value in each["metadata"].get("labels", {}).items()}
        if each["kind"] == kind and name in {"", each["metadata"]["name"]} and {labelSelector} - {""} <= labels:
            yield each


def _labels(built: list[Manifest], entries: Any, directory: Path) -> None:
    for entry in entries:
        templates = [each["spec"]["template"] for each in built if entry.get("includeTemplates") and pod_of(each)]
        for labelled in [*built, *templates]:
            metadata = labelled.setdefault("metadata", {})
            metadata["labels"] = metadata.get("labels", {}) | entry["pairs"]


def _images(built: list[Manifest], images: Any, directory: Path) -> None:
    pods = [pod_of(each).get("spec", {}) for each in built]
    for container in [one for pod in pods for one in [*pod.get("initContainers", []), *pod.get("containers", [])]]:
        for image in images:
            if container["image"] == image["name"]:
                container["image"] = f"{image['newName']}:{image['newTag']}"


def _replicas(built: list[Manifest], counts: Any, directory: Path) -> None:
    for count in counts:
        for each in _chosen(built, "Deployment", count["name"]):
            each["spec"]["replicas"] = count["count"]


def _namespace(built: list[Manifest], namespace: Any, directory: Path) -> None:
    for each in built:
        if each["kind"] != "Namespace":
            each["metadata"]["namespace"] = namespace


# In the order in which kustomize does it.
STEPS: dict[str, Callable[[list[Manifest], Any, Path], None]] = {
    "configMapGenerator": _config_maps,
    "patches": _patches,
    "labels": _labels,
    "images": _images,
    "replicas": _replicas,
    "namespace": _namespace,
}
