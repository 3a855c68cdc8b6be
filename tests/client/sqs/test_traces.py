"""The trace of who changed something on master is in the lines of the listener, of apply and of the push."""

import time

import pytest
from df_websockets.testing import SignalQueue

from client.sqs.listener import Listener, Received
from client.sqs.queue import Message
from client.sqs.signals import apply_messages
from telemetry import context
from tests.client.replication.users import ADA, BOB
from tests.client.sqs.events import body, upsert, user
from tests.client.sqs.queues import FakeQueue, argument
from tests.logged import flat, lines, one, traces

ONE, TWO = "0af7651916cd43dd8448eb211c80319c", "1af7651916cd43dd8448eb211c80319c"


def sent(text: str, trace: str) -> str:
    """Return a body as one who is part of a trace sent it."""
    return text.replace("00-ab-cd-01", context.traceparent(trace))


@pytest.mark.django_db(transaction=True)
def test_what_is_applied_names_the_traces_of_its_changes_and_how_late_it_is(fake: FakeQueue) -> None:
    red, blue = (body(upsert("labels", each, 1, text="x")) for each in ("red", "blue"))
    messages = [argument(sent(red, ONE), name="m1"), argument(sent(blue, TWO), name="m2")]
    with lines() as said:
        apply_messages(None, lane="fast", messages=messages)
    applied = one(said, "applied")
    assert traces(applied) == [ONE, TWO]
    fields = flat(applied)
    assert (fields["reactive_tables.messages"], fields["reactive_tables.changes"]) == (2, 2)
    assert fields["reactive_tables.lag"] >= 0
    assert fields["event.duration"] > 0
    assert context.traces() == ()


@pytest.mark.django_db(transaction=True)
def test_a_refused_event_is_a_line_in_its_trace_without_what_it_says(fake: FakeQueue) -> None:
    bad = sent(body(user(ADA, 7, "lovelace" * 25, email="ada@example.org")), ONE)
    with lines() as said:
        apply_messages(None, lane="fast", messages=[argument(bad)])
    assert traces(one(said, "event refused")) == [ONE]
    assert "ada@" not in str(said)
    assert "lovelace" not in str(said)


def test_what_is_handed_over_names_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    two, three = body(user(ADA, 7, "ada"), user(BOB, 7, "bob")), body(user(BOB, 8, "bob"))
    texts = [sent(two, ONE), sent(three, TWO), "no event"]
    batch = [
        Received(message=Message(id=f"m{number}", body=text, receipt="r"), at=time.time())
        for number, text in enumerate(texts)
    ]
    with SignalQueue(), lines() as said:
        Listener()._hand_over(batch)
    handed = one(said, "handed over")
    assert traces(handed) == [ONE, TWO]
    assert handed["reactive_tables"]["messages"] == 3
