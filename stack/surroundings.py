"""The environment of the processes: what the stack decides, and nothing that could reach somebody's real servers."""

import os
from collections.abc import Mapping
from pathlib import Path

from stack.emulator import CREDENTIALS
from stack.memory import write_private

# Names in our own environment that could mean somebody's real servers, accounts or settings.
FOREIGN_PREFIXES = (
    "AWS_",
    "BOTO_",
    "DATABASE_",
    "DJANGO_",
    "REDIS_",
    "SNS_",
    "SQS_",
    "PG",
    "CELERY",
    "PROMETHEUS_",
    "OPERATIONS_",
)
FOREIGN = (
    "APP_NAME",
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "ENV_FILE",
    "HTTPS",
    "MASTER_URL",
    "METRICS_TOKEN",
    "SNAPSHOT_TOKEN",
)


def neutral(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without anything that the projects, or AWS's libraries, would read."""
    return {
        name: value
        for name, value in environment.items()
        if name not in FOREIGN and name.removesuffix("_FILE") not in FOREIGN and not name.startswith(FOREIGN_PREFIXES)
    }


def forget_foreign() -> None:
    """Take what `neutral` leaves out of this process's own environment."""
    for name in os.environ.keys() - neutral(os.environ).keys():
        del os.environ[name]


def aws(url: str, profile: Path) -> dict[str, str]:
    """Return the settings by which AWS's libraries speak to the emulator only, whatever else they find.

    `profile` is an empty profile: an AWS_PROFILE that is set elsewhere would be looked for in it.
    """
    return {
        **CREDENTIALS,
        "AWS_SESSION_TOKEN": "",
        "AWS_ENDPOINT_URL": url,
        "AWS_ENDPOINT_URL_SNS": url,
        "AWS_ENDPOINT_URL_SQS": url,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PROFILE": "default",
        "AWS_CONFIG_FILE": str(profile),
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def write_env_file(path: Path, settings: Mapping[str, str]) -> None:
    """Write lines of KEY=value."""
    write_private(path, "".join(f"{name}={value}\n" for name, value in settings.items()))


def process_environment(env_file: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of one process of a project."""
    return neutral(os.environ) | dict(settings) | {"ENV_FILE": str(env_file), "PYTHONUNBUFFERED": "1"} | _calm()


def _calm() -> dict[str, str]:
    """Return what keeps Celery from warning root of itself at each start: this is a machine to develop on."""
    return {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"} if os.geteuid() == 0 else {}
