"""Celery's own loops show that they go round, and its tasks are counted."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery
from celery.signals import beat_init, task_postrun, task_prerun, worker_ready
from prometheus_client import REGISTRY

from telemetry import celery_counts, celery_pulse, heartbeat
from telemetry.heartbeat import standing_still


class Sender:
    """Whoever sends a signal of Celery: unlike a SimpleNamespace it can be looked up."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


class Entry:
    """What a timer calls again and again."""

    def __init__(self, call: Callable[[], None]) -> None:
        self.call, self.cancelled = call, False

    def cancel(self) -> None:
        self.cancelled = True


class Timer:
    """In the place of the timer of a worker's event loop."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def call_repeatedly(self, seconds: float, call: Callable[[], None]) -> Entry:
        assert seconds < heartbeat.LIMIT_SECONDS / 10
        self.entries.append(Entry(call))
        return self.entries[-1]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Give a clock that is moved by hand, no heartbeat of another test, and a Redis that answers."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(heartbeat, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(heartbeat, "_heartbeats", {})
    monkeypatch.setattr(celery_pulse, "is_redis_away", lambda: False)
    monkeypatch.setattr(celery_pulse, "_entry", None)
    return clock


def test_a_worker_beats_in_its_event_loop_once_however_often_it_connects(clock: SimpleNamespace) -> None:
    timer = Timer()
    consumer = Sender(timer=timer)
    for _ in range(3):
        worker_ready.send(sender=consumer)
    assert [entry.cancelled for entry in timer.entries] == [True, True, False]
    clock.now += 100
    assert standing_still() == {"worker": 100}
    timer.entries[-1].call()
    assert standing_still() == {}


def test_beat_beats_with_each_tick(clock: SimpleNamespace) -> None:
    scheduler = SimpleNamespace(tick=lambda: 0.5)
    beat_init.send(sender=Sender(scheduler=scheduler))
    clock.now += 100
    assert standing_still() == {"beat": 100}
    assert scheduler.tick() == 0.5
    assert standing_still() == {}


def test_whoever_waits_for_redis_is_left_in_peace(clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(celery_pulse, "is_redis_away", lambda: True)
    worker_ready.send(sender=Sender(timer=Timer()))
    clock.now += 1000
    assert standing_still() == {}


def test_tasks_are_counted_and_timed() -> None:
    task = Sender(name="a.task", request=SimpleNamespace(is_eager=True))
    task_prerun.send(sender=task, task_id="1", task=task)
    task_postrun.send(sender=task, task_id="1", task=task, state="SUCCESS")
    task_postrun.send(sender=task, task_id="2", task=task, state="REVOKED")  # it never began
    assert REGISTRY.get_sample_value("celery_tasks_total", {"task": "a.task", "state": "SUCCESS"}) == 1
    assert REGISTRY.get_sample_value("celery_tasks_total", {"task": "a.task", "state": "REVOKED"}) == 1
    assert REGISTRY.get_sample_value("celery_task_seconds_count", {"task": "a.task"}) == 1
    assert not celery_counts._began


def _work() -> None:
    """Do nothing."""


def test_a_worker_says_of_each_task_that_none_has_failed() -> None:
    app = Celery("an app of this test", set_as_current=False)
    app.task(name="b.task")(_work)
    app.WorkController(without_heartbeat=True)  # begins as a worker does, and connects to nothing yet
    assert REGISTRY.get_sample_value("celery_tasks_total", {"task": "b.task", "state": "FAILURE"}) == 0
    assert REGISTRY.get_sample_value("celery_tasks_total", {"task": "celery.map", "state": "FAILURE"}) is None
