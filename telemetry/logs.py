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
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ecs"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "uvicorn": {"handlers": [], "propagate": True},
            "uvicorn.error": {"level": "WARNING"},  # at INFO it writes the address of each socket, key included
            "uvicorn.access": {"handlers": [], "propagate": True, "level": "WARNING"},
            "df_websockets.signals": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "botocore": {"level": "WARNING"},
            "django": {"handlers": [], "propagate": True},  # with DEBUG its own handler writes plain text beside ours
            "django.server": {"handlers": [], "propagate": True},
        },
    }
