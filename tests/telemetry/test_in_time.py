"""Who asks several servers waits for none of them for long, and not for one after the other."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from telemetry.in_time import Question, ask


def refuses() -> str:
    raise ConnectionError("refused")


@pytest.fixture
def hangs() -> Iterator[Callable[[], str]]:
    """Return a question that is answered when the test ends."""
    over = threading.Event()

    def hang() -> str:
        over.wait(30)
        return "late"

    yield hang
    over.set()


def told(*questions: Question[str], seconds: float = 10) -> dict[str, str]:
    return {
        name: type(answer).__name__ if isinstance(answer, Exception) else answer
        for name, answer in ask(questions, seconds=seconds)
    }


def test_each_has_its_answer_or_its_error() -> None:
    assert told(Question("a", lambda: "one"), Question("b", refuses)) == {"a": "one", "b": "ConnectionError"}
    assert told() == {}


def test_those_that_hang_are_waited_for_together(hangs: Callable[[], str]) -> None:
    began = time.monotonic()
    late = [Question(name, hangs) for name in "ab"]
    assert told(*late, Question("c", lambda: "one"), seconds=1.0) == {
        "a": "TimeoutError",
        "b": "TimeoutError",
        "c": "one",
    }
    assert 1.0 <= time.monotonic() - began < 5


def test_what_hangs_has_one_thread_however_often_it_is_asked(hangs: Callable[[], str]) -> None:
    question = Question("again and again", hangs)  # no other test's thread has this name
    assert [told(question, seconds=0.01) for _ in range(5)] == [{"again and again": "TimeoutError"}] * 5
    assert [thread.name for thread in threading.enumerate()].count("asks: again and again") == 1


def test_it_is_asked_anew_when_it_was_answered() -> None:
    answers = iter(["one", "two"])
    question = Question("a", lambda: next(answers))
    assert [told(question) for _ in range(2)] == [{"a": "one"}, {"a": "two"}]
