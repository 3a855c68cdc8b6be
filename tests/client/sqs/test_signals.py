"""From an SQS message to rows, pages and the client's own handlers, by way of a Celery queue."""

import logging
from typing import Any

import pytest
from df_websockets.tasks import SERVER, trigger
from df_websockets.testing import SignalQueue

from client.live.serializing import serialize_topic
from client.live.topics import DIRECTORY, DIRECTORY_WITH_EMAIL, user_topic
from tests.client.handlers import handler
from tests.client.replication.users import ADA, BOB, assert_held
from tests.client.sqs.events import body, delete, upsert, user
from tests.client.sqs.queues import FakeQueue, argument
from tests.client.things.models import Label

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("count_in_redis")]

Sent = dict[str, list[tuple[str, dict[str, Any]]]]


def call(lane: str, *messages: dict[str, object]) -> None:
    trigger(None, "replication.apply", to=[SERVER], lane=lane, messages=list(messages))


def carried_out(lane: str, *messages: dict[str, object]) -> Sent:
    """Call the signal and let its worker work; return what went to browsers, by topic."""
    with SignalQueue() as sent:
        call(lane, *messages)
        sent.execute_delayed_signals([lane])
    topics = {serialize_topic(None, topic): topic for topic in (user_topic(ADA), user_topic(BOB), DIRECTORY)}
    return {topics[topic]: signals for topic, signals in sent.ws_signals.items() if topic in topics}


def numbers_left_out(signals: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, Any]]:
    return [(signal, arguments["changes"]) for signal, arguments in signals]


@pytest.mark.parametrize(("lane", "queue"), [("fast", "fast"), ("slow", "slow"), ("unknown", "slow")])
def test_a_message_goes_to_the_queue_of_its_lane(lane: str, queue: str) -> None:
    with SignalQueue() as sent:
        call(lane, argument(body(user(ADA, 7, "ada"))))
    assert {name: len(tasks) for name, tasks in sent.python_signals.items()} == {queue: 1}
    assert sent.ws_signals == {}


@pytest.mark.parametrize("lane", ["fast", "slow"])
def test_a_message_is_applied_pushed_and_deleted(lane: str, fake: FakeQueue) -> None:
    sent = carried_out(lane, argument(body(user(ADA, 7, "ada", first_name="Ada", email="ada@example.org"))))
    assert_held({ADA: "ada"})
    assert fake.done == [("delete", ["receipt of m1"])]
    shown = {"username": "ada", "first_name": "Ada", "last_name": "", "is_active": True, "status": ""}
    fields = ["username", "first_name", "last_name", "is_active"]
    entry = {"op": "upsert", "uid": ADA, "version": 7}
    (directory,) = numbers_left_out(sent[DIRECTORY])
    assert directory == ("users.changed", [{**entry, "user": shown, "changed": fields}])
    (mine,) = numbers_left_out(sent[user_topic(ADA)])
    assert mine[1][0]["user"] == {**shown, "email": "ada@example.org"}
    assert set(sent) == {user_topic(ADA), DIRECTORY}


def test_a_batch_is_pushed_once_to_the_directory_and_to_each_user_for_himself(fake: FakeQueue) -> None:
    messages = [
        argument(body(user(ADA, 1, "ada"), user(BOB, 2, "bob"))),
        argument(body(user(ADA, 3, "augusta")), name="m2"),
        argument(body(delete("users", BOB, 4)), name="m3"),
    ]
    sent = carried_out("fast", *messages)
    assert_held({ADA: "augusta"})
    assert fake.done == [("delete", ["receipt of m1", "receipt of m2", "receipt of m3"])]
    assert {topic: len(signals) for topic, signals in sent.items()} == {
        user_topic(ADA): 1,
        user_topic(BOB): 1,
        DIRECTORY: 1,
    }
    ((_, changes),) = numbers_left_out(sent[DIRECTORY])
    assert {change["uid"]: change["op"] for change in changes} == {ADA: "upsert", BOB: "delete"}


def test_e_mails_go_to_the_topic_of_those_who_may_see_them(fake: FakeQueue) -> None:
    with SignalQueue() as sent:
        call("fast", argument(body(user(ADA, 7, "ada", email="ada@example.org"))))
        sent.execute_delayed_signals(["fast"])
    ((_, with_email),) = sent.ws_signals[serialize_topic(None, DIRECTORY_WITH_EMAIL)]
    ((_, without),) = sent.ws_signals[serialize_topic(None, DIRECTORY)]
    assert with_email["changes"][0]["user"]["email"] == "ada@example.org"
    assert "ada@example.org" not in str(without)


def test_a_redelivery_is_pushed_again(fake: FakeQueue) -> None:
    message = argument(body(user(ADA, 7, "ada")))
    first, again = carried_out("fast", message), carried_out("fast", message)
    assert numbers_left_out(first[DIRECTORY]) == numbers_left_out(again[DIRECTORY])
    assert fake.deleted == ["receipt of m1"] * 2


def test_a_change_that_is_late_is_not_pushed(fake: FakeQueue) -> None:
    carried_out("fast", argument(body(user(ADA, 7, "ada"))))
    assert carried_out("fast", argument(body(user(ADA, 6, "adele")))) == {}
    assert fake.deleted == ["receipt of m1"] * 2


def test_a_clients_own_handler_of_users_changed_is_called_as_a_task(fake: FakeQueue) -> None:
    with handler("users.changed", queue="slow") as calls, SignalQueue() as sent:
        call("fast", argument(body(user(ADA, 7, "ada", first_name="Ada"))))
        sent.execute_delayed_signals(["fast"])
        assert {queue: len(tasks) for queue, tasks in sent.python_signals.items() if tasks} == {"slow": 1}
        assert calls == []
        sent.execute_delayed_signals(["slow"])
    ((_, changes),) = calls[0].items()
    assert changes == [
        {
            "op": "upsert",
            "uid": ADA,
            "version": 7,
            "user": {"username": "ada", "first_name": "Ada", "last_name": "", "email": "", "is_active": True},
            "changed": ["username", "first_name", "last_name", "email", "is_active"],
        }
    ]


def test_without_a_handler_nothing_is_sent_to_workers(fake: FakeQueue) -> None:
    with SignalQueue() as sent:
        call("fast", argument(body(user(ADA, 7, "ada"))))
        sent.execute_delayed_signals(["fast"])
    assert not any(sent.python_signals.values())


def test_every_table_of_a_message_is_applied(fake: FakeQueue) -> None:
    carried_out("fast", argument(body(user(ADA, 7, "ada"), upsert("labels", "red", 3, text="Red"))))
    assert_held({ADA: "ada"})
    assert Label.objects.get().text == "Red"
    assert fake.deleted == ["receipt of m1"]


def test_what_was_done_is_logged_in_fields(fake: FakeQueue, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "client.sqs.signals"):
        carried_out("fast", argument(body(user(ADA, 1, "ada"), user(BOB, 2, "bob"))))
    (record,) = (each for each in caplog.records if each.name == "client.sqs.signals")
    fields = vars(record)
    assert (record.message, fields["lane"], fields["messages"], fields["changes"]) == ("applied", "fast", 1, 2)
    assert fields["event.duration"] > 0
