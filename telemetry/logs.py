"""One JSON object a line, in the Elastic Common Schema: on standard output, and in a file if LOG_FILE names one."""

import logging
from collections.abc import Iterable
from typing import Any

from telemetry.ecs import PACKAGES
from telemetry.processes import process_name, runs_until_stopped
from telemetry.uncaught import log_what_nobody_catches

FILE_BYTES = 50_000_000  # of one file; with those kept, half a gigabyte at the most
FILES_KEPT = 9


def logging_settings(service: str, level: str, *, secrets: Iterable[str] = (), file: str = "") -> dict[str, Any]:
    """Return a `dictConfig` that writes every record of `level` and above as JSON, without these secrets.

    The processes of the product write to standard output, also what nobody catches; commands to standard error, for
    people and programs read what they print. Python's warnings become records, too. Other packages are heard from INFO
    on, whatever the level: what they tell to find errors of their own holds arguments, frames and addresses.
    """
    logging.captureWarnings(True)
    stream = "ext://sys.stderr"
    if runs_until_stopped():
        stream = "ext://sys.stdout"
        log_what_nobody_catches()
    handlers: dict[str, Any] = {"stream": {"class": "logging.StreamHandler", "formatter": "ecs", "stream": stream}}
    if file:
        handlers["file"] = {
            **{"()": "telemetry.log_files.SharedFileHandler", "formatter": "ecs", "filename": file},
            **{"most_bytes": FILE_BYTES, "kept": FILES_KEPT},
        }
    formatter = {"()": "telemetry.ecs.Formatter", "service": service, "process": process_name(), "secrets": [*secrets]}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ecs": formatter},
        "filters": {
            "no_routine": {"()": "telemetry.logs.NoRoutine"},
            "no_bodies": {"()": "telemetry.logs.NoBodies"},
        },
        "handlers": handlers,
        "root": {"handlers": [*handlers], "level": "INFO" if level == "DEBUG" else level},
        "loggers": {
            **{package: {"level": level} for package in sorted(PACKAGES)},
            **_OF_OTHERS,
        },
    }


_OF_OTHERS: dict[str, Any] = {
    "uvicorn": {"handlers": [], "propagate": True},
    "uvicorn.error": {"level": "WARNING"},  # at INFO it writes the address of each socket, key included
    "uvicorn.access": {"handlers": [], "propagate": True, "level": "WARNING"},
    "df_websockets.signals": {"level": "WARNING"},
    "celery.beat": {"filters": ["no_routine"]},
    "celery.worker.consumer.consumer": {"filters": ["no_bodies"]},
    "celery.worker.strategy": {"level": "WARNING"},
    "celery.app.trace": {"level": "CRITICAL"},  # what it says of a task that failed, telemetry/tasks.py does
    "axes": {"level": "ERROR"},  # it writes names and addresses; telemetry/sign_in.py tells of refusals
    "botocore": {"level": "WARNING"},
    "django": {"handlers": [], "propagate": True},  # with DEBUG its own handler writes plain text beside ours
    "django.server": {"handlers": [], "propagate": True},
}


class NoRoutine(logging.Filter):
    """Leave out what `beat` writes for each task that it asks for, twice a second and more."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep all else, and anything that is a warning."""
        return record.levelno > logging.INFO or not str(record.msg).startswith("Scheduler: Sending due task")


class NoBodies(logging.Filter):
    """Cut what a worker says of a message that it cannot take: such as of a task that only a newer version knows.

    It would repeat the whole message, which tells of people.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep of it the first line, up to what `repr` writes; the error itself stays beside it."""
        said = str(record.msg)
        if "body" in said and isinstance(record.args, tuple):
            record.msg = said.partition("\n")[0].partition(": %r")[0]
            record.args = record.args[: record.msg.count("%s")]
        return True
