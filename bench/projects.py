"""Django's master in this process, and a plain connection to the client's database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
import psycopg

from stack.stack import Stack

# Playwright keeps an event loop in the thread in which the writer saves.
OURS = {"LOG_LEVEL": "WARNING", "DJANGO_ALLOW_ASYNC_UNSAFE": "true", "ENV_FILE": ""}


def use_master(stack: Stack) -> None:
    """Load Django with master's settings of this stack, as a web process has them."""
    os.environ |= stack.env("master") | OURS | {"DJANGO_SETTINGS_MODULE": "master.settings"}
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    django.setup()
    from django.db import connection  # noqa: PLC0415 - is there only now

    from telemetry.environment import Environment  # noqa: PLC0415

    connection.close()
    connection.settings_dict |= Environment("master").database()  # another stack than the one before


@contextmanager
def environment_kept() -> "Iterator[None]":
    """Take back what the block sets in the environment: the next stack's processes would inherit it."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def client_database(stack: Stack, client: str = "client") -> "Iterator[psycopg.Connection[Any]]":
    """Open the database of a client."""
    with psycopg.connect(stack.env(client)["DATABASE_URL"], autocommit=True) as connection:
        yield connection
