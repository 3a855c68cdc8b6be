"""Every process of the stack file can write its logs to CloudWatch, and queries ask for fields that they have."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from stack.processes import all_processes

ROOT = Path(__file__).resolve().parents[2]
AWSLOGS = yaml.safe_load((ROOT / "deploy/aws/awslogs.yml").read_text())


def test_every_process_writes_to_the_group() -> None:
    services = AWSLOGS["services"]
    assert set(services) == {process.name for process in all_processes(1)} | {"nginx"}
    assert {service["logging"]["driver"] for service in services.values()} == {"awslogs"}
    assert {service["logging"]["options"]["mode"] for service in services.values()} == {"non-blocking"}


def fields(properties: dict[str, Any], before: str = "") -> Iterator[str]:
    """Yield the names of the fields that the index template has, and so the logs."""
    for name, each in properties.items():
        yield before + name
        yield from fields(each.get("properties", {}), f"{before}{name}.")


def test_queries_ask_for_fields_that_logs_have() -> None:
    queries = re.findall(r"```\n(fields @timestamp.*?)```", (ROOT / "docs/operations.md").read_text(), re.DOTALL)
    template = json.loads((ROOT / "deploy/elk/index-template.json").read_text())
    known = set(fields(template["template"]["mappings"]["properties"]))
    asked = [set(re.findall(r"`([\w.]+)`", query)) for query in queries]
    assert [names - known for names in asked] == [set(), set()]
    assert "log.level" in asked[0]
    assert set(re.findall(r'"([a-z]+)"', queries[0])) <= {"debug", "info", "warning", "error", "critical"}
