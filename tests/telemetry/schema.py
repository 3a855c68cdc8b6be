"""The fields that lines may have: those of the index template, which test_elk.py compares with Elastic's own list."""

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests import tools

TEMPLATE = json.loads((tools.ROOT / "deploy/elk/index-template.json").read_text())
ASK = """
const { EcsFlat, EcsVersion } = require(process.argv[1]);
const fields = Object.values(EcsFlat).map(
  field => [field.flat_name, field.type, (field.allowed_values ?? []).map(value => value.name)]
);
console.log(JSON.stringify({ version: EcsVersion, fields }));
"""


class Schema(NamedTuple):
    """Its version, the types of its fields, and the values of those that have no others."""

    version: str
    types: dict[str, str]
    values: dict[str, set[str]]


@cache
def schema() -> Schema:
    """Return the Elastic Common Schema as Elastic publishes it."""
    command = [tools.node(), "--eval", ASK, str(Path(tools.ecs()))]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return Schema(
        version=said["version"],
        types={name: kind for name, kind, _ in said["fields"]},
        values={name: set(values) for name, _, values in said["fields"] if values},
    )


def mapped(properties: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the fields of a mapping by their dotted names, with their types."""
    for name, spec in properties.items():
        if "properties" in spec:
            yield from mapped(spec["properties"], f"{path}{name}.")
        else:
            yield f"{path}{name}", spec["type"]


MAPPED = dict(mapped(TEMPLATE["template"]["mappings"]["properties"]))


def _is_date(value: Any) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return type(value) is int


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


FITS: dict[str, Callable[[Any], bool]] = {
    "date": _is_date,
    "keyword": _is_text,
    "match_only_text": _is_text,
    "wildcard": _is_text,
    "long": _is_whole,
    "double": _is_number,
}
VALUES = {"event.outcome": {"success", "failure", "unknown"}}  # where the schema names them
REQUIRED = {"@timestamp", "ecs.version", "log.level", "log.logger", "message", "service.name", "process.name"}


def wrong_fields(fields: dict[str, Any]) -> list[str]:
    """Return what is wrong with the fields of a line: each is in the index template, and of the type that it says."""
    wrong = [f"{name} is missing" for name in sorted(REQUIRED - fields.keys())]
    for name, value in fields.items():
        kind = MAPPED.get(name)
        values = value if isinstance(value, list) else [value]
        if kind is None:
            wrong.append(f"{name} is not in the index template")
        elif not all(map(FITS[kind], values)):
            wrong.append(f"{name} is {value!r}, which is no {kind}")
        elif not set(values) <= VALUES.get(name, set(values)):
            wrong.append(f"{name} is {value!r}, which the schema does not know")
    return wrong
