"""What is pending is seen on `/metrics`."""

import pytest
import redis
from django.db import OperationalError, connection
from prometheus_client import CollectorRegistry
from pytest_django import Settings

from master.outbox import broker, metrics
from master.outbox.claim import claim
from master.outbox.metrics import PendingCollector, QueueCollector
from master.outbox.models import OutboxRow
from master.outbox.publisher import publish_pending
from master.users.models import User
from telemetry.metrics import exposition
from tests.master.outbox.fakes import Clock, FakeSns, unreachable
from tests.master.outbox.rows import let_time_pass, row_of
from tests.master.people import made_user

pytestmark = pytest.mark.django_db


def value(name: str) -> float | None:
    registry = CollectorRegistry()
    registry.register(PendingCollector())  # here, for what asks in a thread sees nothing of this transaction
    return registry.get_sample_value(name)


def test_pending_and_failing_rows_are_measured() -> None:
    for name in ("ada", "grace", "alan"):
        User.objects.create(username=name)
    published, failing, waiting = OutboxRow.objects.order_by("version")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_row SET published = version WHERE key = %s", [published.key])
        cursor.execute("UPDATE outbox_row SET error = 'no', refused = true WHERE key = %s", [failing.key])
    make_old(waiting.key, 90)
    assert value("outbox_pending_rows") == 2
    assert value("outbox_failing_rows") == 1
    assert 90 <= (value("outbox_oldest_seconds") or 0) < 120


def make_old(key: str, seconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_row SET changed_at = clock_timestamp() - make_interval(secs => %s) WHERE key = %s",
            [seconds, key],
        )


def test_a_refused_row_neither_makes_nor_hides_a_standstill(sns: FakeSns, clock: Clock) -> None:
    ada = made_user(last_name="guilty")
    sns.guilty = ("guilty",)
    publish_pending()
    make_old(str(ada.uid), 3600)
    assert (value("outbox_failing_rows"), value("outbox_oldest_seconds")) == (1, 0)
    let_time_pass()
    claim()  # a worker is at it
    assert (value("outbox_failing_rows"), value("outbox_oldest_seconds")) == (1, 0)
    sns.failure = unreachable()
    make_old(str(made_user("grace").uid), 90)
    let_time_pass()
    publish_pending()
    assert value("outbox_failing_rows") == 1
    assert 90 <= (value("outbox_oldest_seconds") or 0) < 120
    User.objects.filter(pk=ada.pk).update(last_name="mended")  # a new version, of which nothing is known
    clock.now += 31
    publish_pending()
    assert (value("outbox_pending_rows"), value("outbox_failing_rows")) == (2, 0)


def test_what_an_outage_holds_up_is_not_refused(sns: FakeSns, clock: Clock) -> None:
    grace = made_user("grace")
    sns.failure = unreachable()
    publish_pending()
    make_old(str(grace.uid), 90)
    assert row_of(grace).error
    assert value("outbox_failing_rows") == 0
    let_time_pass()
    claim()  # the next trial is under way
    assert value("outbox_failing_rows") == 0
    assert 90 <= (value("outbox_oldest_seconds") or 0) < 120


def test_nor_is_a_message_that_fails_alone_for_reasons_of_the_service(sns: FakeSns) -> None:
    grace = made_user("grace", last_name="unlucky")
    sns.unlucky = ("unlucky",)
    publish_pending()
    make_old(str(grace.uid), 90)
    assert row_of(grace).error == "InternalError: bad luck"
    assert value("outbox_failing_rows") == 0
    assert 90 <= (value("outbox_oldest_seconds") or 0) < 120


def test_it_is_shown() -> None:
    assert "\noutbox_pending_rows " in exposition().decode()


def test_without_the_database_the_counters_are_still_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def cursor(self) -> None:
            raise OperationalError("gone")

    monkeypatch.setattr(metrics, "connection", Away())
    shown = exposition().decode()
    assert "outbox_asked_total" in shown
    assert "outbox_pending_rows" not in shown


def test_how_many_tasks_wait_is_asked_of_redis(settings: Settings, redis_url: str) -> None:
    registry = CollectorRegistry()
    registry.register(QueueCollector())
    assert registry.get_sample_value("celery_queue_length", {"queue": "publish"}) is None  # Redis is away
    settings.REDIS_URL = redis_url
    broker._redis.cache_clear()
    with redis.Redis.from_url(redis_url) as server:
        server.lpush("master:slow", "one", "two")
        lengths = {q: registry.get_sample_value("celery_queue_length", {"queue": q}) for q in broker.QUEUES}
        server.delete("master:slow")
    broker._redis.cache_clear()
    assert lengths == {"publish": 0, "fast": 0, "slow": 2}
