"""Questions to servers that may hang: each is asked in a thread, and whoever wants the answers waits only so long."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from threading import Lock, Thread
from typing import Generic, TypeVar

from django.db import connections

T = TypeVar("T")


class Question(Generic[T]):
    """Something to ask again and again. While nobody has answered it is not asked anew: threads do not pile up."""

    def __init__(self, name: str, ask: Callable[[], T]) -> None:
        self.name = name
        self._ask = ask
        self._lock = Lock()
        self._answer: Future[T] | None = None

    def begin(self) -> Future[T]:
        """Ask; return the answer to come, or that which somebody else waits for already."""
        with self._lock:
            if self._answer is None or self._answer.done():
                self._answer = Future()
                Thread(target=self._run, args=[self._answer], name=f"asks: {self.name}", daemon=True).start()
            return self._answer

    def _run(self, answer: "Future[T]") -> None:
        try:
            found = self._ask()
        except BaseException as error:
            connections.close_all()  # those of this thread
            answer.set_exception(error)
        else:
            connections.close_all()
            answer.set_result(found)


def ask(questions: Iterable[Question[T]], *, seconds: float) -> Iterator[tuple[str, T | Exception]]:
    """Ask all at once, and yield in order each question's name and answer: what it raised, if it did.

    The answer to what takes longer than so many seconds is TimeoutError.
    """
    answers = [(question.name, question.begin()) for question in questions]
    wait([answer for _, answer in answers], timeout=seconds)
    for name, answer in answers:
        try:
            yield name, answer.result(timeout=0)
        except Exception as error:
            yield name, error
