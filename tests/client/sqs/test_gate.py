"""Messages are received only while this client can take them."""

import base64
import json
import logging
from collections.abc import Iterator

import pytest
import redis
from df_websockets.tasks import SERVER, trigger
from django.db import connection, connections
from kombu import pools
from prometheus_client import REGISTRY
from pytest_django import Settings

from client.celery import app
from client.sqs.gate import NEWEST, WAITING_BATCHES, Gate, batches_waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broker(count_in_redis: None, settings: Settings) -> Iterator["redis.Redis"]:
    """Give the Redis that the queues are in, without any."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(f"{settings.APP_NAME}:fast")
        yield client
        client.delete(f"{settings.APP_NAME}:fast")


@pytest.fixture
def celery(broker: "redis.Redis", settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Send signals to that Redis, as Celery tasks."""
    monkeypatch.setitem(app.conf, "broker_url", settings.REDIS_URL)
    forget_connections()
    yield
    forget_connections()


def forget_connections() -> None:
    pools.reset()
    app._pool = None
    app.amqp._producer_pool = None


def task(signal: str) -> str:
    """Return a task as it waits in Redis; the test of the tasks that Celery sends shows that it is like that."""
    body = json.dumps([[signal, None, {}, False, [], True, "fast"], {}, {}])
    return json.dumps({"body": base64.b64encode(body.encode()).decode(), "content-encoding": "utf-8"})


def wait_in_line(
    broker: "redis.Redis", tasks: int, queue: str = "fast", signal: str = "replication.apply", *, keep: bool = False
) -> None:
    if not keep:
        broker.delete(f"client:{queue}")
    for _ in range(tasks):
        broker.lpush(f"client:{queue}", task(signal))


@pytest.mark.usefixtures("broker")
def test_the_gate_is_open_while_database_and_redis_answer_and_nothing_waits() -> None:
    assert Gate().is_open()


def test_the_gate_closes_when_the_queue_is_long_and_opens_again(broker: "redis.Redis") -> None:
    gate = Gate()
    wait_in_line(broker, WAITING_BATCHES - 1)
    assert gate.is_open()
    wait_in_line(broker, WAITING_BATCHES)
    assert batches_waiting(WAITING_BATCHES) == WAITING_BATCHES
    assert not gate.is_open()
    wait_in_line(broker, 0)
    assert gate.is_open()


def test_the_slow_queue_does_not_close_the_gate(broker: "redis.Redis") -> None:
    wait_in_line(broker, 1000, queue="slow")
    assert Gate().is_open()
    wait_in_line(broker, 0, queue="slow")


@pytest.mark.parametrize("calls", [WAITING_BATCHES, NEWEST - WAITING_BATCHES])
def test_calls_of_pages_do_not_close_the_gate(broker: "redis.Redis", calls: int) -> None:
    gate = Gate()
    wait_in_line(broker, WAITING_BATCHES - 1)
    wait_in_line(broker, calls, signal="users.snapshot", keep=True)
    assert gate.is_open()
    wait_in_line(broker, 1, keep=True)
    assert not gate.is_open()


def test_what_is_no_task_of_ours_does_not_count(broker: "redis.Redis") -> None:
    broker.lpush("client:fast", "{}", "no JSON", "[]", '{"body": "x"}', '{"body": 7}')
    assert Gate().is_open()


@pytest.mark.usefixtures("celery")
def test_the_tasks_that_celery_sends_are_told_apart() -> None:
    for _ in range(3):
        trigger(None, "users.snapshot", to=[SERVER], view="replication.apply", ask=1)
    assert batches_waiting(1) == 0
    for _ in range(2):
        trigger(None, "replication.apply", to=[SERVER], lane="fast", messages=[])
    assert batches_waiting(1) == 2


def test_how_many_batches_may_wait_can_be_said(broker: "redis.Redis") -> None:
    wait_in_line(broker, 10)
    assert Gate(waiting_batches=11).is_open()
    assert not Gate(waiting_batches=10).is_open()


def test_the_gate_is_closed_while_redis_does_not_answer() -> None:
    assert not Gate().is_open()  # nothing listens at the address that tests have for Redis


@pytest.mark.usefixtures("broker")
def test_the_gate_is_closed_while_the_database_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate()
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connections["default"].settings_dict, "PORT", "1")
        assert not gate.is_open()
    assert gate.is_open()


@pytest.mark.usefixtures("broker")
def test_the_gate_finds_a_database_that_was_restarted() -> None:
    gate = Gate()
    assert gate.is_open()
    connection.connection.close()  # as the server does to everybody when it restarts
    assert not gate.is_open()
    assert gate.is_open()


def test_a_change_of_mind_is_logged_once_with_its_reason(
    broker: "redis.Redis", caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate(waiting_batches=1)
    with caplog.at_level(logging.INFO, "client.sqs.gate"):
        for tasks in (0, 1, 2, 0, 0):
            wait_in_line(broker, tasks)
            is_open = gate.is_open()
            assert REGISTRY.get_sample_value("sqs_gate_closed", {"reason": "queue"}) == (not is_open)
    told = [(record.message, vars(record)["reason"]) for record in caplog.records]
    assert told == [("gate closed", "queue"), ("gate opened", "")]
