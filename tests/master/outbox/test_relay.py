"""The relay asks Celery to publish what was committed, and survives whatever is away."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from kombu import pools
from kombu.exceptions import OperationalError
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisConnectionError

from master.celery import app
from master.outbox import broker as outbox_broker
from master.outbox.broker import publish_tasks_waiting
from master.outbox.models import OutboxRow
from master.outbox.relay import WAITING_TASKS
from master.outbox.tasks import publish
from master.users.models import User
from stack.redis_server import Redis
from stack.servers import running
from stack.waiting import wait_until
from tests.harness import throw_away_redis
from tests.master.listeners import listeners, wait_for_another
from tests.master.outbox.fakes import FakeSns
from tests.master.outbox.relays import FakeBroker, running_relay, terminate_all_others
from tests.master.outbox.rows import pending
from tests.master.people import made_user
from tests.master.starting import database_url_of_the_test

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 0.02


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> FakeBroker:
    fake = FakeBroker()
    fake.install(monkeypatch)
    return fake


def publish_without_aws() -> None:
    OutboxRow.objects.update(published=2**62)


def test_a_commit_wakes_it_and_it_asks_once(broker: FakeBroker) -> None:
    broker.work = publish_without_aws
    with running_relay(idle_seconds=None):
        made_user()
        assert wait_until(lambda: not pending(), seconds=5)
    assert broker.asked == 1


def test_what_was_committed_while_it_was_away_is_found_when_it_starts(broker: FakeBroker) -> None:
    broker.work = publish_without_aws
    made_user()
    with running_relay(idle_seconds=None):
        assert wait_until(lambda: not pending(), seconds=5)


def test_what_sends_no_notification_is_found_by_its_poll(broker: FakeBroker) -> None:
    broker.work = publish_without_aws
    with running_relay(idle_seconds=SOON):
        User.objects.bulk_create([User(username="ada")])
        assert wait_until(lambda: not pending(), seconds=5)


def test_with_nothing_pending_it_neither_asks_nor_speaks_to_the_broker(broker: FakeBroker) -> None:
    with running_relay(idle_seconds=SOON):
        made_user("root", is_staff=True)
        before = listeners()
        terminate_all_others()
        wait_for_another(before)
    assert (broker.asked, broker.looks) == (0, 0)


def test_it_does_not_pile_up_tasks_that_would_find_nothing_to_do(broker: FakeBroker) -> None:
    broker.waiting = WAITING_TASKS
    with running_relay(idle_seconds=SOON):
        made_user()
        assert wait_until(lambda: broker.looks > 5, seconds=5)
        assert broker.asked == 0
        broker.work = publish_without_aws
        broker.waiting = WAITING_TASKS - 1
        assert wait_until(lambda: not pending(), seconds=5)


@pytest.mark.parametrize("failure", [RedisConnectionError("refused"), OperationalError("refused")])
def test_a_broker_that_is_away_is_logged_and_survived(
    broker: FakeBroker, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    broker.failure = failure
    with running_relay(idle_seconds=SOON):
        made_user()
        assert wait_until(lambda: broker.looks > 2, seconds=5)
        broker.work = publish_without_aws
        broker.failure = None
        assert wait_until(lambda: not pending(), seconds=5)
    warnings = [record for record in caplog.records if record.message == "broker unreachable"]
    assert warnings
    assert {record.__dict__["error.message"] for record in warnings} == {"refused"}


def test_a_database_that_restarts_is_logged_and_survived(broker: FakeBroker, caplog: pytest.LogCaptureFixture) -> None:
    broker.work = publish_without_aws
    with running_relay(idle_seconds=SOON):
        made_user("ada")
        assert wait_until(lambda: not pending(), seconds=5)
        before = listeners()
        assert terminate_all_others() >= 2
        wait_for_another(before)
        made_user("bob")
        assert wait_until(lambda: not pending(), seconds=5)
    messages = {record.message for record in caplog.records if record.levelname == "WARNING"}
    assert messages >= {"listen failed"}


def test_changes_made_while_its_connection_was_away_are_found_without_a_poll(broker: FakeBroker) -> None:
    broker.work = publish_without_aws
    with running_relay(idle_seconds=None):
        terminate_all_others()
        User.objects.bulk_create([User(username="ada")])
        assert wait_until(lambda: not pending(), seconds=10)


def test_two_relays_harm_nobody(broker: FakeBroker) -> None:
    broker.work = publish_without_aws
    with running_relay(idle_seconds=None), running_relay(idle_seconds=None):
        assert wait_until(lambda: len(listeners()) == 2, seconds=10)
        made_user()
        assert wait_until(lambda: not pending(), seconds=5)
    assert broker.asked in (1, 2)


class TestOnRedis:
    """The broker as it is."""

    @pytest.fixture
    def redis(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
        """Return a Redis that is not yet started; relay and Celery are told its address."""
        server = throw_away_redis()
        settings.REDIS_URL = server.url
        monkeypatch.setitem(app.conf, "broker_url", server.url)
        forget_connections()
        yield server
        forget_connections()

    def test_the_change_goes_out_when_redis_is_back_with_nobodys_help(self, redis: Redis, sns: FakeSns) -> None:
        with running_relay(idle_seconds=SOON):
            made_user()
            with running(redis):
                assert wait_until(lambda: tasks_waiting() >= 1, seconds=20)
                publish()
        assert len(sns.events) == 1
        assert pending() == set()

    def test_tasks_wait_in_the_queue_named_publish_under_the_projects_prefix(self, redis: Redis) -> None:
        with running(redis):
            assert publish_tasks_waiting() == 0
            publish.apply_async(retry=False)
            publish.apply_async(retry=False)
            assert publish_tasks_waiting() == 2
            keys = {key.decode() for key in outbox_broker._redis().keys("*") if isinstance(key, bytes)}
        assert f"{settings.APP_NAME}:publish" in keys
        assert all(key.startswith(f"{settings.APP_NAME}:") for key in keys)


def forget_connections() -> None:
    outbox_broker._redis.cache_clear()
    pools.reset()
    app._pool = None
    app.amqp._producer_pool = None


def tasks_waiting() -> int:
    try:
        return publish_tasks_waiting()
    except RedisConnectionError:
        return 0


def test_the_command_runs_until_it_is_told_to_stop() -> None:
    before = listeners()
    process = subprocess.Popen(
        [sys.executable, "-m", "master", "relay"],
        stdout=subprocess.PIPE,
        env={**os.environ, "DATABASE_URL": database_url_of_the_test()},
        text=True,
    )
    with process:
        try:
            wait_for_another(before)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0
        finally:
            process.kill()
        assert process.stdout is not None
        log = process.stdout.read()
    assert '"message":"ready"' in log
    assert '"message":"stopped"' in log
