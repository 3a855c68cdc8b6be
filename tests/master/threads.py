"""Work in threads, each with a database connection of its own that is closed at the end."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


@contextmanager
def in_thread(work: Callable[[], T]) -> Iterator["Future[T]"]:
    """Do work beside the block; raise at its end what the work raised."""
    with ThreadPoolExecutor(1) as threads:
        future = threads.submit(_with_own_connections, work)
        yield future
    future.result()


def all_at_once(works: list[Callable[[], T]]) -> list[T]:
    """Do several works at the same time; return or raise what they return or raise."""
    with ThreadPoolExecutor(len(works)) as threads:
        futures = [threads.submit(_with_own_connections, work) for work in works]
    return [future.result() for future in futures]


def _with_own_connections(work: Callable[[], T]) -> T:
    try:
        return work()
    finally:
        connections.close_all()
