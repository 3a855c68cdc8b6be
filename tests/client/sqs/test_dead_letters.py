"""The dead-letter queue is read without losing anything, on moto."""

import contextlib
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from client.sqs import dead_letters, queue
from client.sqs.dead_letters import Box, NotChosenError, chosen, count
from client.sqs.interrupts import interrupted_alike
from client.sqs.queue import NoDeadLetterQueueError
from tests.client.sqs.queues import MotoQueue


def put(letters: int) -> None:
    for number in range(letters):
        queue.send_dead_letter(f"[{number}]", reason=f"reason {number}", message_id=f"m-{number}")


def test_all_letters_are_read_and_given_back(sqs: MotoQueue) -> None:
    put(25)
    with Box() as held:
        letters = list(held)
        assert queue.depth(sqs.dead_url).visible == 0
        assert held.unseen == 0
    assert {letter.body for letter in letters} == {f"[{number}]" for number in range(25)}
    assert {letter.reason for letter in letters} == {f"reason {number}" for number in range(25)}
    assert queue.depth(sqs.dead_url).visible == 25
    assert count() == 25


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, ValueError])
def test_an_interrupted_reader_gives_back_what_it_holds(sqs: MotoQueue, interruption: type[BaseException]) -> None:
    put(12)
    with contextlib.suppress(interruption), Box() as held:
        next(iter(held))
        raise interruption
    assert queue.depth(sqs.dead_url).visible == 12


@pytest.fixture
def ctrl_c_raises() -> Iterator[None]:
    """Let SIGINT raise KeyboardInterrupt, also where whoever started the tests in the background had it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c_raises")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_of_a_receive_waits_until_it_is_known_what_came(
    sqs: MotoQueue, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    put(12)
    receive = queue.client().receive_message

    def receive_message(**arguments: Any) -> Any:
        answer = receive(**arguments)
        signal.raise_signal(number)
        return answer

    monkeypatch.setattr(queue.client(), "receive_message", receive_message)
    with pytest.raises(KeyboardInterrupt), interrupted_alike(), Box() as held:
        list(held)
    assert queue.depth(sqs.dead_url) == queue.Depth(visible=12, in_flight=0)


def test_a_removed_letter_is_gone_and_the_others_are_there(sqs: MotoQueue) -> None:
    put(3)
    with Box() as held:
        for letter in held:
            if letter.reason == "reason 1":
                held.remove(letter)
    with Box() as held:
        assert {letter.reason for letter in held} == {"reason 0", "reason 2"}


def test_letters_that_somebody_else_holds_are_counted(sqs: MotoQueue) -> None:
    put(12)
    with Box() as other:
        next(iter(other))  # a receive takes ten
        with Box() as held:
            assert (len(list(held)), held.unseen) == (2, 10)


def test_an_empty_queue_ends_at_once(sqs: MotoQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    receives = counting_receives(monkeypatch)
    with Box() as held:
        assert list(held) == []
    assert len(receives) == 1


def counting_receives(monkeypatch: pytest.MonkeyPatch, empty: int = 0) -> list[dict[str, Any]]:
    """Count the receives; the first ones find nothing, as real SQS has it now and then."""
    client, calls = queue.client(), []
    receive = client.receive_message

    def receive_message(**arguments: Any) -> Any:
        calls.append(arguments)
        return {} if len(calls) <= empty else receive(**arguments)

    monkeypatch.setattr(client, "receive_message", receive_message)
    return calls


@pytest.mark.parametrize(("empty", "seen"), [(2, 12), (3, 0)])
def test_some_empty_receives_do_not_hide_what_is_there(
    sqs: MotoQueue, monkeypatch: pytest.MonkeyPatch, empty: int, seen: int
) -> None:
    put(12)
    counting_receives(monkeypatch, empty)
    with Box() as held:
        assert (len(list(held)), held.unseen) == (seen, 12 - seen)


@pytest.mark.parametrize(("letters", "at_once"), [(45, 10), (7, 3)])
def test_letters_that_sqs_has_not_counted_yet_are_read(
    sqs: MotoQueue, monkeypatch: pytest.MonkeyPatch, letters: int, at_once: int
) -> None:
    """However few of them a receive brings."""
    put(letters)
    receive = queue.client().receive_message

    def receive_message(**arguments: Any) -> Any:
        return receive(**arguments | {"MaxNumberOfMessages": at_once})

    monkeypatch.setattr(queue.client(), "receive_message", receive_message)
    monkeypatch.setattr(queue, "depth", lambda url: queue.Depth(visible=3, in_flight=0))
    with Box() as held:
        assert len(list(held)) == letters
        assert (held.unseen, held.is_cut_short) == (0, False)


def test_a_reader_ends_while_new_letters_keep_coming(sqs: MotoQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "READ_SECONDS", 0)
    put(12)
    with Box() as held:
        letters = []
        for letter in held:
            letters.append(letter)
            put(1)
        assert held.is_cut_short
    assert 12 <= len(letters) <= 50


def test_a_letter_that_comes_twice_is_yielded_once_and_its_newest_receipt_counts(
    sqs: MotoQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "VISIBILITY_SECONDS", 0)
    put(2)
    with Box() as held:
        letters = list(held)
        assert len(letters) == 2
        for letter in letters:
            held.remove(letter)
    assert queue.depth(sqs.dead_url) == queue.Depth(visible=0, in_flight=0)


def test_a_queue_without_a_dead_letter_queue_is_named(sqs: MotoQueue) -> None:
    sqs.client.set_queue_attributes(QueueUrl=sqs.url, Attributes={"RedrivePolicy": ""})
    with pytest.raises(NoDeadLetterQueueError, match="reactive-tables-client has no dead-letter queue"):
        count()


def test_letters_are_chosen_by_the_beginnings_of_their_ids(sqs: MotoQueue) -> None:
    put(2)
    with Box() as held:
        one, other = letters = list(held)
        assert chosen(letters, [one.id[:8], other.id, one.id]) == [one, other]
        for wrong, why in ((one.id[:7], "too short"), ("nonsense", "No dead letter")):
            with pytest.raises(NotChosenError, match=why):
                chosen(letters, [wrong])
        with pytest.raises(NotChosenError, match="begins the ids of 2 letters"):
            chosen([one, one], [one.id[:8]])
