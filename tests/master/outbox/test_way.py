"""The whole way on master: save → receiver → commit → NOTIFY → relay → publish → SNS → a client's queue."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from master.outbox import publisher, relay, wake
from master.outbox.backoff import Breaker
from master.outbox.publisher import publish_pending
from master.outbox.receivers import emit
from master.outbox.wake import CHANNEL, Limiter
from stack.waiting import wait_until
from tests.master.aws import ClientQueue, provisioned
from tests.master.database import Connection, another_connection, rolled_back
from tests.master.outbox.relays import FakeBroker, running_relay
from tests.master.outbox.rows import pending
from tests.master.people import made_user

pytestmark = pytest.mark.django_db(transaction=True)


class Unlimited(Limiter):
    def passes(self, now: float) -> bool:
        return True


@pytest.fixture
def queue() -> Iterator[ClientQueue]:
    with provisioned() as queue:
        yield queue


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> FakeBroker:
    """Run a task as soon as it is asked for; no poll, so that nothing but a notification can be the cause."""
    broker = FakeBroker()
    broker.install(monkeypatch)
    broker.work = publish_pending
    monkeypatch.setattr(publisher, "breaker", Breaker())
    monkeypatch.setattr(relay, "AWAKE_SECONDS", 0.0)
    monkeypatch.setattr(wake, "limiter", Unlimited())
    return broker


@pytest.fixture
def without_receivers() -> Iterator[None]:
    signals = (post_save, post_delete)
    for signal in signals:
        assert signal.disconnect(dispatch_uid="outbox.emit")
    yield
    for signal in signals:
        signal.connect(emit, dispatch_uid="outbox.emit")


@pytest.fixture
def asleep(broker: FakeBroker, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run a relay that has had its first look and now waits for a notification, however long."""
    looks: list[int] = []

    def counted(limit: int) -> int:
        looks.append(due := due_count(limit))
        return due

    due_count = relay.due_count
    monkeypatch.setattr(relay, "due_count", counted)
    with running_relay(idle_seconds=None):
        assert wait_until(lambda: bool(looks), seconds=5)
        yield


def test_a_save_and_a_delete_reach_the_queue(asleep: None, queue: ClientQueue) -> None:
    ada = made_user("ada", last_name="Lovelace")
    key = str(ada.uid)
    assert wait_until(lambda: len(queue.drain()) == 1, seconds=10)
    assert (queue.seen[0]["key"], queue.seen[0]["row"]["last_name"]) == (key, "Lovelace")
    ada.delete()
    assert wait_until(lambda: len(queue.drain()) == 2, seconds=10)
    assert (queue.seen[1]["key"], queue.seen[1]["op"]) == (key, "delete")
    assert pending() == set()


def test_it_leaves_on_commit_and_not_before(asleep: None, queue: ClientQueue, broker: FakeBroker) -> None:
    with transaction.atomic():
        made_user("ada")
        assert broker.asked == 0
    assert wait_until(lambda: len(queue.drain()) == 1, seconds=10)


def test_a_rolled_back_save_shows_nowhere(asleep: None, queue: ClientQueue) -> None:
    with rolled_back():
        made_user("phantom")
    made_user("ada")
    assert wait_until(lambda: bool(queue.drain()), seconds=10)
    assert [event["row"]["username"] for event in queue.seen] == ["ada"]


def test_without_the_receivers_nothing_leaves(
    asleep: None, queue: ClientQueue, broker: FakeBroker, without_receivers: None
) -> None:
    with another_connection(autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        ada = made_user("ada")
        ada.last_name = "Lovelace"
        ada.save()
        made_user("bob").delete()
        assert queue.drain() == []
        assert broker.asked == 0
        assert len(pending()) == 2
        assert notified_before(listener, "the end") == []
    assert wait_until(lambda: len(queue.drain()) == 2, seconds=10), "the relay slept, and a notification wakes it"


def notified_before(listener: Connection, end: str) -> list[str]:
    """Return what was sent to the channel so far: a notification of our own marks the end, and wakes the relay."""
    with another_connection(autocommit=True) as marker:
        marker.execute("SELECT pg_notify(%s, %s)", (CHANNEL, end))
    heard = iter(listener.notifies(timeout=10))
    return list(iter(lambda: next(heard).payload, end))
