"""Pushes: numbered, in order, and to those topics only that somebody listens to."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from df_websockets.testing import SignalQueue
from django.db import transaction
from prometheus_client import REGISTRY
from pytest_django import Settings
from redis.exceptions import RedisError

from client.live import numbers
from client.live.listeners import group, listened
from client.live.loop import LoopOfProcess
from client.live.push import Push, push, push_many, push_rendered
from client.live.serializing import serialize_topic


@pytest.fixture
def queue() -> Iterator[SignalQueue]:
    """Keep what is pushed."""
    with SignalQueue() as queue:
        yield queue


@pytest.fixture
def everybody_listens(settings: Settings, redis_url: str) -> None:
    """Count in a real Redis, over a channel layer that cannot be asked who listens."""
    settings.REDIS_URL = redis_url


def pushed(queue: SignalQueue, topic: str) -> list[tuple[str, dict[str, object]]]:
    return list(queue.ws_signals.get(serialize_topic(None, topic), []))


@pytest.mark.usefixtures("everybody_listens")
def test_a_push_carries_its_topic_and_number(queue: SignalQueue) -> None:
    push("user.a", "users.changed", changes=[1])
    n = numbers.current("user.a")
    assert pushed(queue, "user.a") == [("users.changed", {"changes": [1], "topic": "user.a", "n": n})]


@pytest.mark.usefixtures("everybody_listens")
def test_many_pushes_keep_their_order(queue: SignalQueue) -> None:
    n = numbers.current("a")
    push_many([Push(topic=topic, signal=f"s.{i}", data={}) for i, topic in enumerate("abaa")])
    assert [(signal, data["n"]) for signal, data in pushed(queue, "a")] == [
        ("s.0", n + 1),
        ("s.2", n + 2),
        ("s.3", n + 3),
    ]
    assert [signal for signal, _ in pushed(queue, "b")] == ["s.1"]


@pytest.mark.usefixtures("everybody_listens")
def test_numbers_are_taken_before_rows_are_read(queue: SignalQueue) -> None:
    seen = []

    def render(heard: frozenset[str]) -> list[Push]:
        seen.append(numbers.current("a"))
        return [Push(topic="a", signal="s", data={})]

    push_rendered(["a"], render)
    assert [data["n"] for _, data in pushed(queue, "a")] == seen


@pytest.mark.usefixtures("on_redis")
def test_nothing_is_rendered_or_sent_when_nobody_listens(queue: SignalQueue) -> None:
    def render(heard: frozenset[str]) -> list[Push]:
        raise AssertionError("rendered")

    before = REGISTRY.get_sample_value("live_pushes_skipped_total") or 0
    push_rendered(["a", "b"], render)
    assert queue.ws_signals == {}
    assert REGISTRY.get_sample_value("live_pushes_skipped_total") == before + 2


@pytest.mark.usefixtures("on_redis")
def test_only_topics_with_a_window_are_sent_to() -> None:
    @async_to_sync
    async def run() -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(group("users"), channel)
        assert listened(["users", "user.a", "user.b"]) == {"users"}
        await layer.group_discard(group("users"), channel)
        assert listened(["users", "user.a", "user.b"]) == frozenset()
        await layer.flush()

    run()


@pytest.mark.usefixtures("on_redis")
def test_a_sharded_channel_layer_is_not_asked(settings: Settings) -> None:
    layer = settings.CHANNEL_LAYERS["default"]
    hosts = layer["CONFIG"]["hosts"] * 2
    settings.CHANNEL_LAYERS = {"default": {**layer, "CONFIG": {**layer["CONFIG"], "hosts": hosts}}}
    assert listened(["a"]) == {"a"}


@pytest.mark.parametrize("layer", ["memory", "redis"])
def test_a_push_without_redis_raises(settings: Settings, layer: str) -> None:
    assert settings.REDIS_URL.startswith("redis://127.0.0.1:1/")
    if layer == "redis":
        settings.CHANNEL_LAYERS = {"default": settings.REDIS_CHANNEL_LAYER}
    with pytest.raises(RedisError):
        push("a", "s")


def test_a_send_that_fails_raises(settings: Settings, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers can be had, the channel layer's server is gone: the change must come again."""
    settings.REDIS_URL = redis_url
    settings.CHANNEL_LAYERS = {"default": settings.REDIS_CHANNEL_LAYER}
    monkeypatch.setattr("client.live.push.listened", frozenset)
    monkeypatch.setattr("client.live.push.run_on_loop", LoopOfProcess().run)
    with pytest.raises(RedisError):
        push("a", "s")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("everybody_listens")
def test_a_push_waits_for_the_commit_and_never_comes_without_one(queue: SignalQueue) -> None:
    with transaction.atomic():
        push("a", "s.outer")
        with suppress(ZeroDivisionError), transaction.atomic():
            push("a", "s.rolled_back")
            raise ZeroDivisionError
        assert pushed(queue, "a") == []
    assert [signal for signal, _ in pushed(queue, "a")] == ["s.outer"]


@pytest.mark.django_db(transaction=True)
def test_a_push_after_a_commit_that_finds_no_redis_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    with transaction.atomic():
        push("a", "s")
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == ["django.db.backends.base"]
