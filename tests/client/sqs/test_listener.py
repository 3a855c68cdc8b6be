"""What is received is joined and handed over; nothing is received in vain, and nothing is lost."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from df_websockets.testing import SignalQueue
from prometheus_client import REGISTRY

from client.sqs import listener as room
from client.sqs import queue
from client.sqs.gate import Gate
from client.sqs.listener import BATCH_BYTES, Listener
from client.sqs.queue import Message
from stack.waiting import wait_until
from tests.client.counting import counted
from tests.client.replication.users import ADA, assert_held
from tests.client.sqs.events import body, delete, upsert, user
from tests.client.sqs.queues import MotoQueue
from tests.client.things.models import Label

SECONDS = 20.0
POLL_SECONDS = 0.05  # a long poll of these tests


class FakeGate(Gate):
    """Open or closed, as the test says; counts how often it was asked."""

    def __init__(self, *, is_open: bool = True) -> None:
        super().__init__()
        self.open = is_open
        self.asked = 0

    def is_open(self) -> bool:
        """Answer."""
        self.asked += 1
        return self.open


class FakeReceive:
    """In the place of long polls: gives what there is at once, else waits until it is let go."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.lock = threading.Lock()
        self.calls = 0
        self.under_way = 0
        self.let_go = threading.Event()

    def __call__(self) -> list[Message]:
        with self.lock:
            self.calls += 1
            self.under_way += 1
            answer = self.answers.pop(0) if self.answers else None
        try:
            if answer is None:
                self.let_go.wait(SECONDS)
                return []
            if isinstance(answer, Exception):
                raise answer
            return list(answer)
        finally:
            with self.lock:
                self.under_way -= 1


class FakeTrigger:
    """In the place of df_websockets' trigger: keeps the batches; may make the listener wait."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.called, self.go = threading.Event(), threading.Event()
        self.go.set()

    def __call__(self, window_info: None, signal: str, *, messages: list[dict[str, Any]], **kwargs: Any) -> None:
        self.batches.append([message["id"] for message in messages])
        self.called.set()
        assert self.go.wait(SECONDS)


def message(name: object, size: int = 10) -> Message:
    return Message(id=str(name), receipt=f"receipt of {name}", body="x" * size)


def until(condition: Callable[[], bool]) -> None:
    assert wait_until(condition, seconds=SECONDS)


def names_of(sent: SignalQueue) -> set[str]:
    """Return which messages are handed over; two receivers may both get one, from moto as from SQS."""
    return {message["id"] for call in sent.python_signals.get("fast", []) for message in call[2]["messages"]}


@contextmanager
def running(listener: Listener) -> Iterator[threading.Thread]:
    """Run a listener to the end of the block; assert that it stops within two seconds."""
    thread = threading.Thread(target=listener.run)
    thread.start()
    try:
        yield thread
    finally:
        listener.stop.set()
        started = time.monotonic()
        thread.join(SECONDS)
        assert time.monotonic() - started < 2.0
        assert not thread.is_alive()


@pytest.fixture
def receive(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeReceive]:
    made = FakeReceive()
    monkeypatch.setattr(room, "receive", made)
    monkeypatch.setattr(room, "CLOSED_SECONDS", 0.005)
    monkeypatch.setattr(room, "FAILED_SECONDS", 0.005)
    yield made
    made.let_go.set()
    until(lambda: made.under_way == 0)


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> FakeTrigger:
    made = FakeTrigger()
    monkeypatch.setattr(room, "trigger", made)
    return made


def test_it_stops_within_two_seconds_while_three_long_polls_are_under_way(receive: FakeReceive) -> None:
    with running(Listener(FakeGate())):
        until(lambda: receive.under_way == 3)
    assert receive.calls == receive.under_way == 3


def test_a_closed_gate_costs_no_receive(receive: FakeReceive) -> None:
    gate = FakeGate(is_open=False)
    with running(Listener(gate)):
        until(lambda: gate.asked > 20)
        assert receive.calls == 0
        gate.open = True
        until(lambda: receive.under_way == 3)


def test_what_is_there_is_joined_into_one_batch(receive: FakeReceive, handed_over: FakeTrigger) -> None:
    receive.answers = [[message(0)], *([message(10 * tens + n) for n in range(10)] for tens in range(1, 6))]
    handed_over.go.clear()
    with running(Listener(FakeGate())):
        until(lambda: not receive.answers and receive.under_way == 3)
        handed_over.go.set()
        until(lambda: sum(map(len, handed_over.batches)) == 51)
    assert len(handed_over.batches) <= 2  # of six receives
    assert sorted(map(int, chain.from_iterable(handed_over.batches))) == [0, *range(10, 60)]


def test_a_batch_ends_once_it_is_full(receive: FakeReceive, handed_over: FakeTrigger) -> None:
    receive.answers = [[message(n, size=60_000) for n in range(10)]]
    handed_over.go.clear()
    with running(Listener(FakeGate(), receivers=1)):
        until(lambda: receive.under_way == 1 and receive.calls == 2)
        handed_over.go.set()
        until(lambda: sum(map(len, handed_over.batches)) == 10)
    full = BATCH_BYTES // 60_000 + 1
    assert all(len(batch) <= full for batch in handed_over.batches)
    assert list(chain.from_iterable(handed_over.batches)) == [str(n) for n in range(10)]


def test_what_was_received_is_handed_over_at_the_stop(receive: FakeReceive, handed_over: FakeTrigger) -> None:
    receive.answers = [[message("first")]]
    handed_over.go.clear()
    listener = Listener(FakeGate(), receivers=1)
    with running(listener):
        assert handed_over.called.wait(SECONDS)
        receive.answers = [[message("last")]]
        receive.let_go.set()
        until(lambda: not receive.answers)
        until(lambda: listener._received.qsize() == 1)
        listener.stop.set()
        handed_over.go.set()
    assert handed_over.batches == [["first"], ["last"]]


def test_a_receive_that_fails_is_logged_and_tried_again(
    receive: FakeReceive, handed_over: FakeTrigger, caplog: pytest.LogCaptureFixture
) -> None:
    receive.answers = [EndpointConnectionError(endpoint_url="https://sqs"), [message("after")]]
    with caplog.at_level(logging.WARNING), running(Listener(FakeGate(), receivers=1)):
        until(lambda: handed_over.batches == [["after"]])
    assert [record.message for record in caplog.records] == ["receive failed"]


def test_a_receiver_that_dies_ends_the_listener_rather_than_leave_it_deaf(receive: FakeReceive) -> None:
    receive.answers = [ValueError("a defect")]
    with pytest.raises(ValueError, match="a defect"):
        Listener(FakeGate()).run()


def test_receives_and_messages_are_counted(receive: FakeReceive, handed_over: FakeTrigger) -> None:
    old = [replace(message(number), sent_at=time.time() - number) for number in (100, 200)]
    receive.answers = [[message(1), message(2)], [], old]
    with counted("sqs_receives_total") as receives, counted("sqs_received_total") as received:
        with running(Listener(FakeGate(), receivers=1)):
            until(lambda: receive.calls == 4)
        assert (receives(), received()) == (3, 4)
    assert 200 <= (REGISTRY.get_sample_value("sqs_oldest_message_seconds") or 0) < 260


@pytest.fixture
def short_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let moto's long polls be short, so that none outlives its test, but not so short that they keep a core busy."""
    nothing = threading.Event()

    def short_poll() -> list[queue.Message]:
        messages = queue.receive(wait_seconds=0)
        if not messages:
            nothing.wait(POLL_SECONDS)
        return messages

    monkeypatch.setattr(room, "receive", short_poll)


@pytest.mark.django_db
@pytest.mark.usefixtures("short_polls", "count_in_redis")
def test_messages_of_the_queue_are_handed_over_applied_and_deleted(sqs: MotoQueue) -> None:
    bodies = [body(user(ADA, 7, "ada")), body(upsert("labels", "red", 1, text="Red")), body(delete("labels", "x", 2))]
    sqs.send(*bodies)
    with SignalQueue() as sent:
        with running(Listener(FakeGate())):
            until(lambda: len(names_of(sent)) == 3)
        assert sqs.left() == 3  # the listener deletes nothing
        sent.execute_delayed_signals(["fast"])
    assert_held({ADA: "ada"})
    assert Label.objects.get().text == "Red"
    assert sqs.left() == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("short_polls")
def test_a_broker_that_fails_at_the_hand_over_loses_nothing(sqs: MotoQueue, caplog: pytest.LogCaptureFixture) -> None:
    sqs.send(body(upsert("labels", "red", 1, text="Red")))
    listener = Listener(FakeGate(), receivers=1)
    with caplog.at_level(logging.WARNING), running(listener):
        until(lambda: any(record.message == "broker unreachable" for record in caplog.records))
    assert sqs.left() == 1
