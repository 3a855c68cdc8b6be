"""Settings, metrics, log messages and packages of the code are in the documentation under their names."""

import re
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = [path for room in ("master", "client", "telemetry") for path in sorted((ROOT / room).rglob("*.py"))]
OPERATIONS = (ROOT / "docs/operations.md").read_text()
SETTING = re.compile(r"(?:env\.(?:text|flag|whole|names|shaped|tokens?)|self\.text|environ\.get)\(\s*\"([A-Z_]+)\"")
COUNTER = re.compile(r"(Counter|Gauge|Histogram|GaugeMetricFamily)\(\s*\"(\w+)\"")
ENDINGS = ("_total", "_seconds", "_rows", "_letters", "_length", "_timestamp")
LOGGED = re.compile(r"logger\.(?:info|warning|error|exception)\(\"([^\"]+)\"")
OF_A_COMMAND = {"ready", "stopped", "expired sessions cleared"}  # they need no answer


def found(pattern: re.Pattern[str]) -> "set[tuple[str, ...]]":
    matches = (pattern.findall(path.read_text()) for path in CODE)
    return {match if isinstance(match, tuple) else (match,) for match in chain.from_iterable(matches)}


def test_every_setting_is_in_the_table() -> None:
    names = {name for (name,) in found(SETTING)}
    table = set(re.findall(r"`([A-Z_]+)`", (ROOT / "README.md").read_text()))
    assert {"DATABASE_URL", "SECRET_KEY", "SQS_REACTIVE_TABLES"} <= names
    assert names - table == set()


def test_every_metric_is_explained() -> None:
    names = {f"{name}_total" if kind == "Counter" else name for kind, name in found(COUNTER)}
    assert "outbox_published_total" in names
    assert {name for name in names if f"`{name}" not in OPERATIONS} == set()


def test_no_metric_is_explained_that_is_gone() -> None:
    names = {f"{name}_total" if kind == "Counter" else name for kind, name in found(COUNTER)}
    explained = set(
        re.findall(
            r"`((?:outbox|pg_notify|notices|snapshot|passwords|sqs|replication|celery|verify|backfill|live|clock|feed|profile|sign_in)"
            rf"_\w+(?:{'|'.join(ENDINGS)}))\b",
            OPERATIONS,
        )
    )
    assert explained == {name for name in names if name.endswith(ENDINGS)}


def test_every_log_message_is_explained() -> None:
    messages = {message for (message,) in found(LOGGED)} - OF_A_COMMAND
    assert "published" in messages
    assert {message for message in messages if f"`{message}`" not in OPERATIONS} == set()


def test_every_package_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *chain(*project["dependency-groups"].values())]
    names = {re.split(r"[\[<>=]", each)[0] for each in wanted if isinstance(each, str)}
    lines = (ROOT / "docs/decisions/packages.md").read_text().splitlines()
    explained = set(re.split(r",\s*", ", ".join(line.split("|")[1].strip() for line in lines if line.startswith("| "))))
    assert names - explained == set()
