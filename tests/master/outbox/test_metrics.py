"""What is pending is seen on `/metrics`."""

import pytest
from django.db import OperationalError, connection

from master.outbox.models import OutboxRow
from master.users.models import User
from telemetry.metrics import exposition

pytestmark = pytest.mark.django_db


def value(name: str) -> float:
    lines = exposition().decode().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))


def test_pending_and_failing_rows_are_measured() -> None:
    for name in ("ada", "grace", "alan"):
        User.objects.create(username=name)
    published, failing, _ = OutboxRow.objects.order_by("version")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_row SET published = version WHERE key = %s", [published.key])
        cursor.execute("UPDATE outbox_row SET error = 'no' WHERE key = %s", [failing.key])
        cursor.execute(
            "UPDATE outbox_row SET changed_at = clock_timestamp() - interval '90 s' WHERE key = %s", [failing.key]
        )
    assert value("outbox_pending_rows") == 2
    assert value("outbox_failing_rows") == 1
    assert 90 <= value("outbox_oldest_seconds") < 120


def test_without_the_database_the_counters_are_still_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_cursor() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", no_cursor)
    shown = exposition().decode()
    assert "outbox_asked_total" in shown
    assert "outbox_pending_rows" not in shown
