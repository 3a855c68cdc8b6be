"""The policies of deploy/aws allow what the code asks of AWS, and nothing that it does not."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import boto3
import cfnlint.decode
import pytest

ROOT = Path(__file__).resolve().parents[2]
CALL = re.compile(r"\.(?:get_paginator\(\"(\w+)\"|(\w+)\()")
Service = Literal["sns", "sqs"]


def asked(service: Service, paths: Iterable[Path]) -> set[str]:
    """Return the actions behind the methods of boto3 that some code calls: an action covers its batches."""
    client = boto3.client(service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    operations = client.meta.method_to_api_mapping
    methods = {"".join(call) for path in paths for call in CALL.findall(path.read_text())}
    return {f"{service}:{operations[name].removesuffix('Batch')}" for name in methods & operations.keys()}


def allowed(*policies: str) -> set[str]:
    """Return the actions of some policies of the templates."""
    found: set[str] = set()
    for name in ("topic", "client"):
        template, _ = cfnlint.decode.decode_str((ROOT / f"deploy/aws/{name}.yml").read_text())
        resources: dict[str, Any] = dict(template or {})["Resources"]
        for policy in resources.keys() & set(policies):
            for statement in resources[policy]["Properties"]["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                found |= {actions} if isinstance(actions, str) else set(actions)
    return found


@pytest.mark.parametrize(
    ("service", "paths", "policies"),
    [
        ("sns", ["master/sns/topic.py"], ["Publish"]),
        ("sqs", ["client/sqs/queue.py", "client/sqs/depths.py"], ["Receive", "Apply"]),
        ("sqs", ["client/sqs/dead_letters.py", "client/sqs/queue.py"], ["Receive", "Apply", "Mend"]),
    ],
)
def test_a_process_may_do_what_its_code_asks_for(service: Service, paths: list[str], policies: list[str]) -> None:
    assert asked(service, [ROOT / path for path in paths]) == allowed(*policies)


def test_nothing_else_speaks_to_aws() -> None:
    speaking = {
        str(path.relative_to(ROOT))
        for project in ("client", "master", "telemetry", "wire")
        for path in (ROOT / project).rglob("*.py")
        if re.search(r"boto3\.client|queue\.client\(\)", path.read_text())
    }
    assert speaking == {
        "client/sqs/dead_letters.py",
        "client/sqs/queue.py",
        "master/sns/provision.py",
        "master/sns/topic.py",
    }


def test_operations_names_what_provision_asks_for() -> None:
    (line,) = (
        line for line in (ROOT / "docs/operations.md").read_text().splitlines() if line.startswith("| `provision` |")
    )
    provision = [ROOT / "master/sns/provision.py"]
    assert set(re.findall(r"`(s[nq]s:\w+)`", line)) == asked("sns", provision) | asked("sqs", provision)
