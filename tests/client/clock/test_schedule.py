"""`beat` asks for ticks twice a second, and for none while no worker takes them."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from client.celery import app
from client.clock.schedule import MOST_WAITING, WhileShort
from client.clock.tasks import EXPIRES_SECONDS, PERIOD_SECONDS, tick
from client.live.connection import redis_client

LOADED_AS_BEAT_DOES = """
from client.celery import app
app.loader.init_worker()
app.finalize()
entry = app.conf.beat_schedule["tick"]
assert entry["task"] in app.tasks
print(entry["schedule"].seconds, entry["options"]["queue"], entry["options"]["expires"])
"""


def due() -> bool:
    schedule = WhileShort(PERIOD_SECONDS, app=app)
    long_ago = datetime.now(UTC) - timedelta(minutes=1)
    is_due, seconds = schedule.is_due(long_ago)
    assert seconds == PERIOD_SECONDS
    return is_due


def test_beat_knows_of_ticks_without_a_line_in_celery_py() -> None:
    argv = [sys.executable, "-c", LOADED_AS_BEAT_DOES]
    printed = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stdout
    assert printed.split() == ["0.5", "fast", "0.4"]


def test_a_tick_expires_before_the_next() -> None:
    assert EXPIRES_SECONDS < PERIOD_SECONDS


@pytest.mark.usefixtures("in_redis")
def test_no_tick_is_asked_for_while_the_queue_is_long() -> None:
    assert due()
    redis_client().lpush("client:fast", *["task"] * (MOST_WAITING + 1))
    assert not due()
    redis_client().lpop("client:fast")
    assert due()


def test_no_tick_is_asked_for_while_redis_is_away(settings: Settings) -> None:
    assert not due()


@pytest.mark.usefixtures("in_redis")
def test_the_next_is_not_due_at_once() -> None:
    is_due, seconds = WhileShort(PERIOD_SECONDS, app=app).is_due(datetime.now(UTC))
    assert not is_due
    assert 0 < seconds <= PERIOD_SECONDS


@pytest.mark.usefixtures("in_redis")
def test_what_beat_sends_lies_where_the_length_is_looked_at(redis_url: str) -> None:
    with app.connection_for_write(redis_url, transport_options=app.conf.broker_transport_options) as connection:
        tick.apply_async(producer=app.amqp.Producer(connection), queue="fast", expires=EXPIRES_SECONDS)
    assert redis_client().llen("client:fast") == 1
