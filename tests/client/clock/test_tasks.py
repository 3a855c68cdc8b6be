"""A tick: remembered, pushed to whoever looks, counted."""

from collections.abc import Callable

import pytest
from df_websockets.testing import SignalQueue
from prometheus_client import REGISTRY
from pytest_django import Settings

from client.clock import held, tasks
from client.clock.state import TOPIC
from client.clock.tasks import tick
from client.live.serializing import serialize_topic
from tests.client.clock.conftest import NOON, Frozen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_redis")]


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("clock_ticks_total", {"outcome": outcome}) or 0


def test_a_tick_is_remembered_and_pushed_whole(at: Frozen) -> None:
    told = counted("told")
    with SignalQueue() as sent:
        tick()
        at(NOON + 500)
        tick()
    pushes = sent.ws_signals[serialize_topic(None, TOPIC)]
    assert [signal for signal, _ in pushes] == ["clock.ticked"] * 2
    first, second = (data for _, data in pushes)
    assert (first["at"], first["time"], first["topic"]) == (NOON, "12:00:00", "clock")
    assert (second["at"], second["n"]) == (NOON + 500, first["n"] + 1)
    assert held.last() == NOON + 500
    assert counted("told") == told + 2


def test_an_overtaken_tick_is_counted_and_not_pushed(at: Frozen) -> None:
    tick()
    overtaken = counted("overtaken")
    at(NOON - 1)
    with SignalQueue() as sent:
        tick()
    assert sent.ws_signals == {}
    assert held.last() == NOON
    assert counted("overtaken") == overtaken + 1


def test_of_two_workers_the_later_push_never_tells_an_older_tick(at: Frozen, monkeypatch: pytest.MonkeyPatch) -> None:
    rest = tasks.push_rendered
    nested: list[Callable[[], None]] = [tick]

    def overlapped(topics: list[str], render: Callable[..., object]) -> None:
        if nested:  # another worker ticks between this one's raise and its push
            at(NOON + 500)
            nested.pop()()
        rest(topics, render)  # type: ignore[arg-type]

    monkeypatch.setattr(tasks, "push_rendered", overlapped)
    with SignalQueue() as sent:
        tick()
    pushes = [data for _, data in sent.ws_signals[serialize_topic(None, TOPIC)]]
    assert len(pushes) == 2
    assert [push["at"] for push in sorted(pushes, key=lambda push: int(push["n"]))] == [NOON + 500] * 2


def test_nothing_is_pushed_while_nobody_looks(settings: Settings, on_redis: str, at: Frozen) -> None:
    with SignalQueue() as sent:
        tick()
    assert sent.ws_signals == {}
    assert held.last() == NOON
