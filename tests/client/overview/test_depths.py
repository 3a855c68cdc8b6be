"""What is known of the queues, on moto and a real Redis."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from df_websockets.testing import SignalQueue
from django.core.cache import cache
from prometheus_client.core import CollectorRegistry
from pytest_django import Settings

from client.live.connection import redis_client
from client.live.serializing import serialize_topic
from client.live.topics import REPLICATION
from client.overview import depths
from client.overview.metrics import QueueCollector
from client.overview.tasks import refresh
from client.sqs import queue
from tests.client.sqs.queues import MotoQueue

ALWAYS = timedelta()


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def told(name: str, **labels: str) -> float | None:
    registry = CollectorRegistry()
    registry.register(QueueCollector())
    return registry.get_sample_value(name, labels)


def dead_letters() -> float | None:
    return told("sqs_dead_letters")


def test_a_worker_measures_and_pages_and_metrics_read(sqs: MotoQueue) -> None:
    assert (depths.found(), dead_letters()) == (None, None)
    sqs.send("one", "two", "three")
    queue.send_dead_letter("[]", reason="no event", message_id="m")
    depths.refresh(oldest=ALWAYS)
    found = depths.found()
    assert found
    assert (found.visible, found.in_flight, found.dead_letters) == (3, 0, 1)
    assert [told(name) for name in ("sqs_visible", "sqs_in_flight", "sqs_dead_letters")] == [3, 0, 1]


def test_what_is_young_enough_is_not_measured_again(sqs: MotoQueue) -> None:
    depths.refresh(oldest=ALWAYS)
    sqs.send("one")
    depths.refresh(oldest=timedelta(minutes=1))
    assert (found := depths.found())
    assert found.visible == 0
    depths.refresh(oldest=ALWAYS)
    assert (found := depths.found())
    assert found.visible == 1


def test_a_failure_is_logged_once_and_what_was_known_stays(
    sqs: MotoQueue,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    depths.refresh(oldest=ALWAYS)
    before = depths.found()
    settings.SQS_REACTIVE_TABLES += "-gone"
    with caplog.at_level(logging.WARNING, "client.overview"):
        for _ in range(3):
            depths.refresh(oldest=ALWAYS)
    assert [record.message for record in caplog.records] == ["queues not measured"]
    assert depths.found() == before


@pytest.mark.usefixtures("in_redis")
def test_waiting_tasks_are_counted_for_each_queue() -> None:
    redis_client().delete("client:fast", "client:slow")
    redis_client().lpush("client:slow", "a", "b")
    assert depths.waiting_tasks() == {"fast": 0, "slow": 2}
    assert [told("celery_queue_length", queue=queue) for queue in ("fast", "slow")] == [0, 2]
    redis_client().delete("client:slow")


@pytest.mark.django_db
@pytest.mark.usefixtures("in_redis", "sqs")
def test_the_task_pushes_to_whoever_looks() -> None:
    with SignalQueue() as sent:
        refresh()
        refresh()
    pushes = sent.ws_signals[serialize_topic(None, REPLICATION)]
    assert [signal for signal, _ in pushes] == ["replication.changed"] * 2
    assert pushes[1][1]["n"] == pushes[0][1]["n"] + 1


@pytest.mark.django_db
@pytest.mark.usefixtures("on_redis", "sqs")
def test_the_task_pushes_nothing_while_nobody_looks_and_measures_rarely(sqs: MotoQueue) -> None:
    with SignalQueue() as sent:
        refresh()
        sqs.send("one")
        refresh()
    assert sent.ws_signals == {}
    assert (found := depths.found())
    assert found.visible == 0


def test_metrics_without_redis_say_nothing_of_it(settings: Settings) -> None:
    assert told("celery_queue_length", queue="fast") is None
    settings.CACHES = {"default": settings.REDIS_CACHE}
    assert dead_letters() is None
