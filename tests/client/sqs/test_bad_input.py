"""One bad event goes to the dead-letter queue by itself; everything beside it is applied."""

import json
import logging
from typing import Any

import pytest

from client.sqs.signals import apply_messages
from tests.client.counting import counted
from tests.client.sqs.events import body, delete, upsert
from tests.client.sqs.queues import MotoQueue, attribute
from tests.client.things.models import Label, Thing

pytestmark = pytest.mark.django_db

GOOD = [upsert("labels", f"label-{number}", number, text=f"Label {number}") for number in range(1, 100)]
GOOD_KEYS = {f"label-{number}" for number in range(1, 100)}


def altered(**data: Any) -> str:
    event = json.loads(upsert("labels", "bad", 500, text="Bad"))
    event["data"] |= data
    event |= {"type": f"{event['data']['table']}.changed", "subject": event["data"]["key"]}
    return json.dumps(event)


def at(time: str) -> str:
    return json.dumps(json.loads(upsert("labels", "bad", 500, text="Bad")) | {"time": time})


BAD_EVENTS: dict[str, tuple[str, str]] = {
    "not an event": ('{"hello": "world"}', "missing required field"),
    "a number": ("5", "Expected `object`"),
    "null": ("null", "Expected `object`"),
    "an unknown table": (altered(table="planets"), "planets"),
    "a field of a wrong type": (altered(row={"text": 5}), "$.data.row.text"),
    "a version of a wrong type": (altered(version="7"), "$.data.version"),
    "a time without a zone": (at("2026-11-21T07:50:00"), "$.time"),
    "no row": (altered(row=None), "$.data.row"),
    "an unknown op": (altered(op="replace"), "$.data.op"),
    "NUL in a text": (altered(row={"text": "a\0b"}), "NUL"),
    "NUL in the key": (altered(key="a\0b"), "key"),
    "a key that is too long": (altered(key="k" * 60), "key"),
    "half a character": (altered(row={"text": "?"}).replace("?", "\\ud800"), "truncated"),
    "a megabyte among others": (upsert("labels", "bad", 500, text="x" * 900_000), "bytes, more than"),
}

BAD_BODIES: dict[str, tuple[str, str]] = {
    "not JSON": ("hello", "not a JSON array"),
    "half JSON": (body(*GOOD)[:-1], "not a JSON array"),
    "an event that is in no array": (GOOD[0], "not a JSON array"),
    "a megabyte of nonsense": ("x" * 1_048_576, "not a JSON array"),
    "a megabyte of brackets": ("[" * 1_048_576, "not a JSON array"),
}


def apply_all(sqs: MotoQueue) -> None:
    """Receive everything and hand it to the signal, as one batch."""
    apply_messages(None, lane="fast", messages=sqs.received())


def assert_good_ones_are_applied(sqs: MotoQueue) -> None:
    assert set(Label.objects.values_list("slug", flat=True)) == GOOD_KEYS
    assert sqs.left() == 0


@pytest.mark.parametrize("case", BAD_EVENTS)
def test_one_bad_event_among_ninety_nine_good_ones_is_a_dead_letter_alone(
    case: str, sqs: MotoQueue, caplog: pytest.LogCaptureFixture
) -> None:
    bad, reason = BAD_EVENTS[case]
    (message_id,) = sqs.send(body(*GOOD[:50], bad, *GOOD[50:]))
    with counted("replication_refused_total") as refused, caplog.at_level(logging.ERROR):
        apply_all(sqs)
    assert_good_ones_are_applied(sqs)
    (letter,) = sqs.dead_letters()
    assert json.loads(letter["Body"]) == [json.loads(bad)]
    assert attribute(letter, "message_id") == message_id
    assert reason in str(attribute(letter, "reason"))
    assert refused() == 1
    (record,) = (each for each in caplog.records if each.message == "event refused")
    assert vars(record)["message_id"] == message_id
    assert reason in vars(record)["error.message"]


@pytest.mark.parametrize("case", BAD_BODIES)
def test_a_bad_message_among_good_ones_is_a_dead_letter_alone(case: str, sqs: MotoQueue) -> None:
    bad, reason = BAD_BODIES[case]
    _, message_id, _ = sqs.send(body(*GOOD[:50]), bad, body(*GOOD[50:]))
    with counted("replication_refused_total") as refused:
        apply_all(sqs)
    assert_good_ones_are_applied(sqs)
    (letter,) = sqs.dead_letters()
    assert bad.startswith(letter["Body"])
    assert attribute(letter, "message_id") == message_id
    assert reason in str(attribute(letter, "reason"))
    assert refused() == 1


def test_every_bad_event_of_a_message_is_a_dead_letter_of_its_own(sqs: MotoQueue) -> None:
    bad = [altered(table=f"planet-{number}") for number in range(5)]
    sqs.send(body(*GOOD, *bad))
    apply_all(sqs)
    assert_good_ones_are_applied(sqs)
    assert sorted(letter["Body"] for letter in sqs.dead_letters()) == sorted(f"[{event}]" for event in bad)


def test_a_change_that_the_database_refuses_is_a_dead_letter_alone(sqs: MotoQueue) -> None:
    bad = upsert("things", "2", 7, name="two", price="-1.00")
    (message_id,) = sqs.send(body(upsert("things", "1", 6, name="one"), bad, upsert("things", "3", 8, name="three")))
    apply_all(sqs)
    assert set(Thing.objects.values_list("code", flat=True)) == {1, 3}
    (letter,) = sqs.dead_letters()
    assert (letter["Body"], attribute(letter, "message_id")) == (f"[{bad}]", message_id)
    assert "price_is_not_negative" in str(attribute(letter, "reason"))
    assert sqs.left() == 0


def test_a_dead_letter_can_be_sent_again_as_it_is(sqs: MotoQueue) -> None:
    late = upsert("things", "2", 7, name="x" * 41)
    sqs.send(body(late))
    apply_all(sqs)
    (letter,) = sqs.dead_letters()
    assert json.loads(letter["Body"]) == [json.loads(late)]
    sqs.send(letter["Body"].replace("x" * 41, "short"))
    apply_all(sqs)
    assert Thing.objects.get().name == "short"


def test_an_unknown_extra_field_is_no_error(sqs: MotoQueue) -> None:
    event = json.loads(upsert("labels", "red", 1, text="Red", shoe_size=44))
    event |= {"sequence": "1", "partitionkey": "red"}
    sqs.send(json.dumps([event]))
    apply_all(sqs)
    assert Label.objects.get().text == "Red"
    assert sqs.dead_letters() == []


def test_an_empty_array_is_no_error(sqs: MotoQueue) -> None:
    sqs.send("[]")
    apply_all(sqs)
    assert (sqs.left(), sqs.dead_letters()) == (0, [])


def test_a_bad_delete_is_a_dead_letter_alone(sqs: MotoQueue) -> None:
    sqs.send(body(*GOOD, delete("users", "not-a-uuid", 7)))
    apply_all(sqs)
    assert_good_ones_are_applied(sqs)
    (letter,) = sqs.dead_letters()
    assert json.loads(letter["Body"])[0]["data"]["key"] == "not-a-uuid"
