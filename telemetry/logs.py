"""One JSON object a line, in the Elastic Common Schema."""

import logging
from typing import Any


def logging_settings(service: str, level: str) -> dict[str, Any]:
    """Return a `dictConfig` that writes every record of `level` and above to standard error as JSON.

    Python's warnings become records, too.
    """
    logging.captureWarnings(True)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "ecs": {
                "()": "ecs_logging.StdlibFormatter",
                "exclude_fields": ["log.original", "process.thread", "request"],  # its address may hold a token
                "extra": {"service.name": service},
            }
        },
        "filters": {"no_routine": {"()": "telemetry.logs.NoRoutine"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ecs"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "uvicorn": {"handlers": [], "propagate": True},
            "uvicorn.error": {"level": "WARNING"},  # at INFO it writes the address of each socket, key included
            "uvicorn.access": {"handlers": [], "propagate": True, "level": "WARNING"},
            "df_websockets.signals": {"level": "WARNING"},
            "celery.beat": {"filters": ["no_routine"]},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "botocore": {"level": "WARNING"},
            "django": {"handlers": [], "propagate": True},  # with DEBUG its own handler writes plain text beside ours
            "django.server": {"handlers": [], "propagate": True},
        },
    }


class NoRoutine(logging.Filter):
    """Leave out what `beat` writes for each task that it asks for, twice a second and more."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep all else, and anything that is a warning."""
        return record.levelno > logging.INFO or not str(record.msg).startswith("Scheduler: Sending due task")
