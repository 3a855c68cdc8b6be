"""Messages are deleted last; whatever fails before, they come again and nothing is lost, doubled or revived."""

import logging
from collections.abc import Iterator

import pytest
from df_websockets.testing import SignalQueue
from django.db import connection
from pytest_django import Settings
from redis.exceptions import RedisError

from client.replication.announce import rows_applied
from client.sqs.signals import STALE_SECONDS, apply_messages
from tests.client.counting import counted
from tests.client.replication.listening import listening
from tests.client.replication.users import ADA, BOB, assert_held
from tests.client.sqs.events import body, delete, upsert, user
from tests.client.sqs.queues import FakeQueue, argument
from tests.client.things.models import Label

MIXED = body(upsert("labels", "red", 1, text="Red"), upsert("unknown", "x", 1), delete("labels", "blue", 2))


def apply(*messages: dict[str, object]) -> None:
    apply_messages(None, lane="fast", messages=list(messages))


@pytest.fixture
def told(fake: FakeQueue) -> Iterator[None]:
    """Note in the queue's own list when the pages are told, and whether that is after the commit."""

    def note(sender: object, **kwargs: object) -> None:
        committed = not connection.in_atomic_block and Label.objects.exists()
        fake.done.append(("told", "committed" if committed else "not committed"))

    with listening(note, rows_applied):
        yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("told")
def test_messages_are_deleted_after_commit_push_and_dead_letters(fake: FakeQueue) -> None:
    apply(argument(MIXED))
    assert [what for what, _ in fake.done] == ["told", "dead letter", "delete"]
    assert fake.done[0] == ("told", "committed")
    assert fake.deleted == ["receipt of m1"]


@pytest.mark.django_db
def test_while_pushes_fail_nothing_is_deleted_and_the_redelivery_pushes(
    fake: FakeQueue, settings: Settings, redis_url: str
) -> None:
    message = argument(body(user(ADA, 7, "ada")))
    with pytest.raises(RedisError):
        apply(message)
    assert fake.done == []
    assert_held({ADA: "ada"})
    settings.REDIS_URL = redis_url
    with SignalQueue() as sent:
        apply(message)
    assert sent.ws_signals
    assert fake.deleted == ["receipt of m1"]


@pytest.mark.django_db
def test_a_delete_that_fails_brings_the_message_again_harmlessly(fake: FakeQueue) -> None:
    fake.broken = {"delete"}
    with pytest.raises(ConnectionError):
        apply(argument(MIXED))
    Label.objects.filter(slug="red").update(colour="#f00")
    fake.broken = set()
    with counted("replication_applied_total", table="labels") as written:
        apply(argument(MIXED))
    assert written() == 0
    assert list(Label.objects.values_list("slug", "text", "colour")) == [("red", "Red", "#f00")]
    assert fake.deleted == ["receipt of m1"]


@pytest.mark.django_db
def test_while_the_dead_letter_queue_fails_nothing_is_deleted(fake: FakeQueue) -> None:
    fake.broken = {"dead letter"}
    with pytest.raises(ConnectionError):
        apply(argument(MIXED))
    assert fake.done == []
    assert Label.objects.exists()
    fake.broken = set()
    apply(argument(MIXED))
    assert len(fake.letters) == 1
    assert fake.deleted == ["receipt of m1"]


@pytest.mark.django_db
def test_a_message_that_waited_too_long_is_dropped_for_it_comes_again(
    fake: FakeQueue, caplog: pytest.LogCaptureFixture
) -> None:
    late = argument(body(upsert("labels", "red", 1, text="Red")), name="late", age=STALE_SECONDS + 1)
    fresh = argument(body(upsert("labels", "blue", 2, text="Blue")), name="fresh", age=STALE_SECONDS - 5)
    with counted("replication_dropped_batches_total") as dropped, caplog.at_level(logging.WARNING):
        apply(late, fresh)
    assert dropped() == 1
    assert fake.deleted == ["receipt of fresh"]
    assert list(Label.objects.values_list("slug", flat=True)) == ["blue"]
    (record,) = (each for each in caplog.records if each.message == "batch too old")
    assert vars(record)["messages"] == 1


@pytest.mark.django_db
def test_a_batch_of_old_messages_only_deletes_nothing(fake: FakeQueue) -> None:
    apply(argument(body(upsert("labels", "red", 1, text="Red")), age=STALE_SECONDS + 1))
    assert fake.deleted == []
    assert not Label.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("count_in_redis")
def test_calls_and_deleted_messages_are_counted(fake: FakeQueue) -> None:
    messages = [argument(body(user(key, 1, name)), name=name) for key, name in ((ADA, "ada"), (BOB, "bob"))]
    with counted("sqs_deletes_total") as calls, counted("sqs_deleted_total") as deleted, SignalQueue():
        apply(*messages)
    assert (calls(), deleted()) == (1, 2)
