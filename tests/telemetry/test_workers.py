"""What a process has loaded is left out of its collections; what its tasks leave is not."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from celery.signals import beat_init, celeryd_after_setup, worker_process_init
from celery.utils.dispatch import Signal

from telemetry.workers import spare_what_is_loaded


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Let the tests' own process collect as it did."""
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


class Circle:
    """Refers to itself, so that only a collection ends it."""

    def __init__(self) -> None:
        self.me = self


def test_what_is_loaded_is_not_looked_at_again() -> None:
    spare_what_is_loaded()
    assert gc.get_freeze_count() > 10_000
    assert len(gc.get_objects()) < 1_000


@pytest.mark.parametrize("begin", [celeryd_after_setup, worker_process_init, beat_init])
def test_workers_their_processes_and_beat_begin_so(begin: Signal) -> None:
    begin.send(sender=None)
    assert gc.get_freeze_count() > 10_000


def test_what_comes_later_is_collected() -> None:
    spare_what_is_loaded()
    circle = weakref.ref(Circle())
    gc.collect()
    assert circle() is None


def test_what_was_garbage_before_is_not_kept() -> None:
    circle = weakref.ref(Circle())
    spare_what_is_loaded()
    assert circle() is None
