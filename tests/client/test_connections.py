"""A worker keeps its connection from task to task, and gets a new one when it is cut."""

from collections.abc import Callable

import psycopg
import pytest
from celery.fixups.django import DjangoWorkerFixup
from celery.signals import task_prerun
from django.conf import settings
from django.db import connection

from client.celery import app
from client.users.tasks import clear_expired_sessions

pytestmark = pytest.mark.django_db(transaction=True)


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def as_in_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connect anew with a worker's settings: tests that load the web application have those of a web."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 600)
    connection.close()


@pytest.fixture
def next_task() -> Callable[[], None]:
    """Return what ends one task and begins the next, as Celery's worker does."""
    fixup = DjangoWorkerFixup(app)

    def begin() -> None:
        fixup.on_task_postrun(sender=clear_expired_sessions)
        fixup.on_task_prerun(sender=clear_expired_sessions)
        task_prerun.send(sender=clear_expired_sessions)

    return begin


def test_two_tasks_share_a_connection(next_task: Callable[[], None]) -> None:
    first = backend()
    next_task()
    assert backend() == first


def test_a_task_after_a_restart_of_the_database_has_a_new_one(next_task: Callable[[], None]) -> None:
    first = backend()
    database = settings.DATABASES["default"]
    address = {"host": database["HOST"], "port": database["PORT"], "user": database["USER"]}
    with psycopg.connect(**address, password=database["PASSWORD"], dbname="postgres", autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [first])
    next_task()
    assert backend() != first
