"""What is logged, as the lines that leave the process."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from telemetry.ecs import Formatter

Line = dict[str, Any]


class _Lines(logging.Handler):
    def __init__(self, secrets: list[str]) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.setFormatter(Formatter(service="tests", process="pytest", secrets=secrets))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


@contextmanager
def lines(level: int = logging.INFO, *names: str, secrets: tuple[str, ...] = ()) -> Iterator[list[Line]]:
    """Give the list of all lines of this level and above; loggers of these names are heard at it as well."""
    handler = _Lines([*secrets])
    root = logging.getLogger()
    before = {each: each.level for each in (root, *map(logging.getLogger, names))}
    root.addHandler(handler)
    for each in before:
        each.setLevel(level)
    try:
        yield handler.lines
    finally:
        root.removeHandler(handler)
        for each, old in before.items():
            each.setLevel(old)


def one(lines: list[Line], message: str) -> Line:
    """Return the one line that says this."""
    (line,) = (line for line in lines if line["message"] == message)
    return line


def flat(line: Line, path: str = "") -> dict[str, Any]:
    """Return the fields of a line by their dotted names."""
    fields: dict[str, Any] = {}
    for name, value in line.items():
        fields |= flat(value, f"{path}{name}.") if isinstance(value, dict) else {f"{path}{name}": value}
    return fields


def traces(line: Line) -> list[str]:
    """Return the traces that a line is part of."""
    several: list[str] = line.get("reactive_tables", {}).get("traces", [])
    return several or [line["trace"]["id"]] if several or "trace" in line else []
