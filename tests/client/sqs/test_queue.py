"""What is received, deleted and sent to the dead-letter queue, against moto."""

import time

import pytest

from client.sqs import queue
from client.sqs.queue import MESSAGE_BYTES, DeleteRefusedError
from tests.client.sqs.queues import MotoQueue, attribute


def test_up_to_ten_messages_are_received_at_once(sqs: MotoQueue) -> None:
    ids = sqs.send(*(f"body {number}" for number in range(12)))
    received = queue.receive(wait_seconds=0)
    assert len(received) == 10
    assert {message.id for message in received} <= set(ids)
    assert {message.body for message in received} <= {f"body {number}" for number in range(12)}
    assert all(message.receipt for message in received)
    assert all(abs(message.sent_at - time.time()) < 60 for message in received)


def test_nothing_is_received_from_an_empty_queue(sqs: MotoQueue) -> None:
    assert queue.receive(wait_seconds=0) == []


def test_messages_are_deleted_ten_a_call(sqs: MotoQueue) -> None:
    sqs.send(*(f"body {number}" for number in range(25)))
    assert queue.delete([str(message["receipt"]) for message in sqs.received()]) == 3
    assert sqs.left() == 0


def test_no_call_is_made_to_delete_nothing(sqs: MotoQueue) -> None:
    assert queue.delete([]) == 0


def test_a_message_that_sqs_keeps_is_an_error_and_the_others_are_deleted(sqs: MotoQueue) -> None:
    sqs.send("one", "two")
    receipts = [str(message["receipt"]) for message in sqs.received()]
    with pytest.raises(DeleteRefusedError, match="1 messages, the first: ReceiptHandleIsInvalid"):
        queue.delete([receipts[0], "no receipt", receipts[1]])
    assert sqs.left() == 0


def test_a_dead_letter_says_why_and_where_it_came_from(sqs: MotoQueue) -> None:
    queue.send_dead_letter("[5]", reason="not an event", message_id="m-1")
    (letter,) = sqs.dead_letters()
    assert letter["Body"] == "[5]"
    assert (attribute(letter, "reason"), attribute(letter, "message_id")) == ("not an event", "m-1")
    assert attribute(letter, "cut") is None
    assert sqs.left() == 0


def test_a_dead_letter_without_room_for_its_reason_is_cut_and_says_so(sqs: MotoQueue) -> None:
    body = "é" * (MESSAGE_BYTES // 2)
    queue.send_dead_letter(body, reason="too long", message_id="m-1")
    (letter,) = sqs.dead_letters()
    assert body.startswith(letter["Body"])
    assert len(letter["Body"].encode()) <= MESSAGE_BYTES - 1000
    assert len(letter["Body"].encode()) > MESSAGE_BYTES - 1010
    assert attribute(letter, "cut") == f"from {MESSAGE_BYTES} bytes"


def test_a_reason_is_made_fit_for_an_attribute(sqs: MotoQueue) -> None:
    queue.send_dead_letter("[]", reason="no\nname: é\0" + "x" * 1000, message_id="m-1")
    queue.send_dead_letter("", reason="", message_id="m-2")
    first, second = sorted(sqs.dead_letters(), key=lambda letter: str(attribute(letter, "message_id")))
    reason = attribute(first, "reason")
    assert reason is not None
    assert reason.startswith("no?name: ??x")
    assert len(reason) == 500
    assert (second["Body"], attribute(second, "reason")) == ("(empty)", "unknown")


def test_half_a_character_is_sent_as_its_escape(sqs: MotoQueue) -> None:
    queue.send_dead_letter('["\ud800"]', reason="no text", message_id="m-1")
    (letter,) = sqs.dead_letters()
    assert letter["Body"] == '["\\ud800"]'
