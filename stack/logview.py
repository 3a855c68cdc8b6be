"""Log lines for people: a line of JSON becomes time, process, level, message and fields."""

import json
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

RESET, DIM, BOLD = "\033[0m", "\033[2m", "\033[1m"
COLOURS = [f"\033[{code}m" for code in (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)]
LEVELS = {"WARNING": "\033[33m", "ERROR": "\033[31m", "CRITICAL": "\033[1;31m"}
OURS = "reactive_tables"  # below it stand the fields that are in no schema
# Fields that say where a line comes from; the process's name before it says it shorter.
HIDDEN = ("@timestamp", "message", "log", "ecs", "process", "service", "trace", "traces", "task_id")


def render(name: str, line: str, *, width: int, colour: bool) -> str:
    """Return a line of a process's log as a person wants to read it; one that is not JSON stays as it is."""
    who = name.ljust(width)
    who = f"{_colour_of(name)}{who}{RESET}" if colour else who
    record = parse(line)
    if record is None:
        return f"{' ' * 8} {who} {line}"
    level = str(record.get("log", {}).get("level", record.get("log.level", ""))).upper()
    text = " ".join([str(record.get("message", "")), *_fields(record)])
    trace = record.get("error", {}).get("stack_trace", "")
    word = f"{LEVELS[level]}{level:8}{RESET}" if colour and level in LEVELS else f"{level:8}"
    return f"{_time(record)} {who} {word} {text}" + "".join(f"\n{' ' * 9}{row}" for row in trace.splitlines())


def parse(line: str) -> dict[str, Any] | None:
    """Return the record that a line holds, our own fields beside the schema's; or None."""
    if not line.startswith("{"):
        return None
    try:
        record = json.loads(line)
    except ValueError:
        return None
    if not isinstance(record, dict):
        return None
    return {**record, **ours} if isinstance(ours := record.pop(OURS, {}), dict) else record


def _time(record: dict[str, Any]) -> str:
    try:
        when = datetime.fromisoformat(str(record.get("@timestamp")))
    except ValueError:
        return " " * 8
    return when.astimezone().strftime("%H:%M:%S")


def _fields(record: dict[str, Any], path: str = "") -> Iterator[str]:
    for name, value in record.items():
        if not path and name.split(".")[0] in HIDDEN:
            continue
        if isinstance(value, dict):
            yield from _fields(value, f"{path}{name}.")
        elif f"{path}{name}" == "event.duration" and isinstance(value, int):
            yield f"took={_short(value / 1e6)}ms"
        elif f"{path}{name}" != "error.stack_trace":  # that follows on lines of its own
            yield f"{path}{name}={_short(value)}"


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _colour_of(name: str) -> str:
    return COLOURS[zlib.crc32(name.encode()) % len(COLOURS)]
