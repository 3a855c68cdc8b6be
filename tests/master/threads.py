"""Work in threads, each with a database connection of its own that is closed at the end."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread
from typing import TypeVar

from django.db import connections

T = TypeVar("T")

END_SECONDS = 5.0  # within which work that was told to stop must end
WORK_SECONDS = 60.0  # within which work that ends by itself must


@contextmanager
def in_thread(work: Callable[[], T]) -> Iterator["Future[T]"]:
    """Do work beside the block; raise what it raises, or that it did not end within five seconds of the block."""
    future = _begun(work)
    yield future
    future.result(timeout=END_SECONDS)


def all_at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """Do several works at the same time; return or raise what they return or raise."""
    return [future.result(timeout=WORK_SECONDS) for future in [_begun(work) for work in works]]


def _begun(work: Callable[[], T]) -> "Future[T]":
    future: Future[T] = Future()
    Thread(target=_do, args=(work, future), daemon=True).start()
    return future


def _do(work: Callable[[], T], future: "Future[T]") -> None:
    try:
        try:
            result = work()
        finally:
            connections.close_all()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
