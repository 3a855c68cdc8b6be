"""What machines ask master's web process."""

import json
from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.test import Client

from telemetry import health

NoDatabase = Callable[[], None]


def test_healthz_answers_without_the_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
def test_readyz_answers_when_the_database_does(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok"})


@pytest.mark.django_db
def test_readyz_names_what_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def cursor(self) -> None:
            raise OperationalError("connection refused: postgres://user:secret@host")

    monkeypatch.setattr(health, "connections", {"default": Away()})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": "OperationalError"})
    assert "secret" not in json.dumps(answer.json())


@pytest.mark.django_db
def test_metrics_are_in_prometheus_text_format_and_name_what_is_counted(client: Client) -> None:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    text = answer.content.decode()
    for name in ("outbox_published", "outbox_refused", "outbox_sns_calls", "outbox_sns_failures", "outbox_asked"):
        assert f"# TYPE {name}_total counter" in text
