"""Messages are received only while this client can take them."""

import logging
from collections.abc import Iterator

import pytest
import redis
from django.db import connection, connections
from pytest_django import Settings

from client.sqs.gate import WAITING_BATCHES, Gate, tasks_waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broker(count_in_redis: None, settings: Settings) -> Iterator["redis.Redis"]:
    """Give the Redis that the queues are in, without any."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(f"{settings.APP_NAME}:fast")
        yield client
        client.delete(f"{settings.APP_NAME}:fast")


def wait_in_line(broker: "redis.Redis", tasks: int, queue: str = "fast") -> None:
    broker.delete(f"client:{queue}")
    for _ in range(tasks):
        broker.lpush(f"client:{queue}", "{}")


@pytest.mark.usefixtures("broker")
def test_the_gate_is_open_while_database_and_redis_answer_and_nothing_waits() -> None:
    assert Gate().is_open()


def test_the_gate_closes_when_the_queue_is_long_and_opens_again(broker: "redis.Redis") -> None:
    gate = Gate()
    wait_in_line(broker, WAITING_BATCHES - 1)
    assert gate.is_open()
    wait_in_line(broker, WAITING_BATCHES)
    assert tasks_waiting() == WAITING_BATCHES
    assert not gate.is_open()
    wait_in_line(broker, 0)
    assert gate.is_open()


def test_the_slow_queue_does_not_close_the_gate(broker: "redis.Redis") -> None:
    wait_in_line(broker, 1000, queue="slow")
    assert Gate().is_open()
    wait_in_line(broker, 0, queue="slow")


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
            gate.is_open()
    told = [(record.message, vars(record)["reason"]) for record in caplog.records]
    assert told == [("gate closed", "queue"), ("gate opened", "")]
