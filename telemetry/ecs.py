"""How a record becomes a line: the fields of the Elastic Common Schema, and ours below `reactive_tables`."""

import json
import logging
from collections.abc import Iterable
from traceback import format_exception
from typing import Any, Final

from ecs_logging import StdlibFormatter

from telemetry import context
from telemetry.scrub import Scrubber

OURS: Final = "reactive_tables"
VERSION: Final = "9.4.0"  # of the schema whose fields we use; ecs_logging would say the one that it was made for
# The fields of the schema that a line of ours may have beside those of ecs_logging; what has another name is ours.
ECS: Final = frozenset(
    {
        *("error.code", "error.message", "error.type"),
        *("event.action", "event.duration", "event.outcome"),  # a duration is in nanoseconds
        *("http.request.id", "http.request.method", "http.response.body.bytes", "http.response.status_code"),
        *("trace.id", "url.path", "user.id"),
    }
)
# Extra fields of other packages: a request, a frame, arguments of tasks may hold anything. These few are taken.
OF_OTHERS: Final = {"status_code": "http.response.status_code"}
PACKAGES: Final = frozenset({"master", "client", "wire", "telemetry", "stack"})
SECOND: Final = 1_000_000_000  # in nanoseconds, the unit of `event.duration`

_MADE: Final = "_line"  # attribute of a record
_KNOWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", _MADE}


def duration(seconds: float) -> int:
    """Return the value of `event.duration`."""
    return round(seconds * SECOND)


def user_fields(user: Any) -> dict[str, str]:
    """Return the field that says who it was; a user of this project alone has no `uid`, and is not named."""
    uid = getattr(user, "uid", None)
    return {"user.id": str(uid)} if uid else {}


class Formatter(StdlibFormatter):
    """Write a record as one line of JSON, without secrets and without what a database says of values."""

    def __init__(self, *, service: str, process: str, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._service = service
        self._process = process
        self._scrub = Scrubber(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; made once, however many handlers write it."""
        made: tuple[Formatter | None, str] = vars(record).get(_MADE, (None, ""))
        known, line = made
        if known is not self:
            line = self._scrub(json.dumps(self.format_to_ecs(record), separators=(",", ":")))
            vars(record)[_MADE] = self, line
        return line

    def format_to_ecs(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return the fields, each where it belongs. The base takes every name apart, which takes four times as long."""
        origin = {"file": {"line": record.lineno, "name": record.filename}, "function": record.funcName}
        told: dict[str, Any] = {
            "@timestamp": self._record_timestamp(record),
            "log.level": record.levelname.lower(),
            "message": record.getMessage(),
            "ecs.version": VERSION,
            "log": {"logger": record.name, "origin": origin},
            "process": {"name": self._process, "pid": record.process},
            "service": {"name": self._service},
        }
        for name, value in {**context.fields(), **_extras(record)}.items():
            if value is not None:
                _put(told, name if name in ECS else f"{OURS}.{name}", _plain(value))
        if error := self._error(record):
            told["error"] = error  # whatever was given beside it
        return told

    def _error(self, record: logging.LogRecord) -> dict[str, str]:
        """Return what was raised, with the tracebacks of what it came of, which the base leaves out."""
        kind, error, _ = record.exc_info or (None, None, None)
        if kind is None:
            return {"stack_trace": record.stack_info} if record.stack_info else {}
        trace = "".join(format_exception(error))
        return {"type": kind.__name__, "message": str(error), "stack_trace": trace}


def _put(told: dict[str, Any], name: str, value: Any) -> None:
    *path, last = name.split(".")
    for part in path:
        told = told.setdefault(part, {})
    told[last] = value


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    given = {name: value for name, value in vars(record).items() if name not in _KNOWN}
    if record.name.partition(".")[0] in PACKAGES or record.name == "root":
        return given
    return {OF_OTHERS[name]: value for name, value in given.items() if name in OF_OTHERS}


def _plain(value: Any) -> Any:
    """Return a value as Elasticsearch can keep it under one type."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return json.dumps(value) if isinstance(value, dict) else str(value)
