"""The surroundings of one Django project's tests: its settings, and servers that start when a test needs them."""

import atexit
import os
import secrets
import tempfile
from pathlib import Path

import django
import pytest

from stack.postgresql import PostgreSQL
from stack.redis_server import Redis
from tests.surroundings import STRAY, SURROUNDINGS

PROJECT = "DJANGO_PROJECT_UNDER_TEST"
# Django's TransactionTestCase empties tables by TRUNCATE, which the triggers of a replicated table refuse.
ALLOW_TRUNCATE = "?options=-c%20reactive_tables.allow_truncate%3Don"


def use_project(project: str, settings: str) -> PostgreSQL | None:
    """Set the environment of a project's tests and load Django; return its server, not yet started.

    None is returned when STACK_DATABASE_URL names a server to use instead.
    """
    other = os.environ.setdefault(PROJECT, project)
    if other != project:
        raise pytest.UsageError(
            f"The tests of {other} and of {project} were asked for in one process, which holds one Django project "
            "only. Run plain `pytest`, which gives each a process of its own, or name the tests of one."
        )
    for name in STRAY:
        os.environ.pop(name, None)
    server = None if os.environ.get("STACK_DATABASE_URL") else _server()
    url = server.url(project) if server else os.environ["STACK_DATABASE_URL"]
    os.environ |= SURROUNDINGS
    os.environ |= {"APP_NAME": project, "DATABASE_URL": url + ALLOW_TRUNCATE, "DJANGO_SETTINGS_MODULE": settings}
    django.setup()
    return server


def throw_away_redis() -> Redis:
    """Return a Redis server that keeps nothing, not yet started."""
    return Redis(_directory("redis"), password=secrets.token_urlsafe(), durable=False)


def _server() -> PostgreSQL:
    return PostgreSQL(_directory("postgresql"), password=secrets.token_urlsafe(), durable=False)


def _directory(name: str) -> Path:
    """Return the path of a directory that is gone when the tests are over."""
    directory = tempfile.TemporaryDirectory(prefix="reactive-tables-", ignore_cleanup_errors=True)
    atexit.register(directory.cleanup)
    return Path(directory.name) / name
