"""What machines ask master's web process."""

import json
import re
from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.test import AsyncClient, Client
from pytest_django import Settings

from telemetry import health
from telemetry.health import MigrationsProbe, NotMigratedError
from tests.surroundings import METRICS_HEADERS

NoDatabase = Callable[[], None]


def test_healthz_answers_without_the_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
def test_readyz_answers_when_the_database_does(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "migrations": "ok"})


@pytest.mark.django_db
def test_it_is_not_ready_before_its_migrations_are_applied() -> None:
    probe, recorder = MigrationsProbe(), MigrationRecorder(connection)
    last = MigrationExecutor(connection).loader.graph.leaf_nodes("outbox")[0]
    recorder.record_unapplied(*last)
    with pytest.raises(NotMigratedError):
        probe()
    recorder.record_applied(*last)
    probe()
    recorder.record_unapplied(*last)
    probe()  # asks no more


def test_machines_ask_by_any_name_and_over_plain_http(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz", headers={"Host": "10.1.2.3:8001"}).status_code == 200
    assert client.get("/admin/", headers={"Host": "10.1.2.3:8001"}).status_code == 400


def test_an_asgi_server_is_answered_alike() -> None:
    get = async_to_sync(AsyncClient().get)
    assert get("/healthz", headers={"Host": "10.1.2.3:8001"}).status_code == 200
    assert get("/admin/", headers={"Host": "10.1.2.3:8001"}).status_code == 400


@pytest.mark.django_db
def test_requests_and_statements_are_counted_but_for_those_of_machines(client: Client) -> None:
    client.get("/healthz")
    client.get("/admin/login/")
    text = client.get("/metrics", headers=METRICS_HEADERS).content.decode()
    assert re.search(r'^django_http_requests_total_by_view_transport_method_total{.*view="admin:login"} ', text, re.M)
    assert re.search(r'^django_db_execute_total{alias="default",vendor="postgresql"} ', text, re.M)
    assert "healthz" not in text


@pytest.mark.django_db
def test_readyz_names_what_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def cursor(self) -> None:
            raise OperationalError("connection refused: postgres://user:secret@host")

    monkeypatch.setattr(health, "connections", {"default": Away()})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "OperationalError")
    assert "secret" not in json.dumps(answer.json())


@pytest.mark.django_db
def test_metrics_are_in_prometheus_text_format_and_name_what_is_counted(client: Client) -> None:
    answer = client.get("/metrics", headers=METRICS_HEADERS)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    text = answer.content.decode()
    for name in ("outbox_published", "outbox_refused", "outbox_sns_calls", "outbox_sns_failures", "outbox_asked"):
        assert f"# TYPE {name}_total counter" in text
