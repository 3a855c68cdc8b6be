"""What a process sends over the channel layer arrives, or it says that it does not."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from channels.layers import channel_layers
from pytest_django import Settings

from client.live import layer
from client.live.layer import probe_channel_layer


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer, "_probe", layer._Probe())


def test_it_is_asked_again_and_again_over_one_channel(on_redis: str) -> None:
    with redis.Redis.from_url(on_redis) as server:
        probe_channel_layer()
        channels = set(server.pubsub_channels("client:channels*"))
        assert channels
        for _ in range(3):
            probe_channel_layer()
        assert set(server.pubsub_channels("client:channels*")) <= channels  # those of other tests may go meanwhile


def test_several_may_ask_at_once(on_redis: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(lambda _: probe_channel_layer(), range(8))] == [None] * 8


def test_a_layer_that_fails_is_told_and_one_that_is_back_is_well(
    on_redis: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = settings.CHANNEL_LAYERS
    config = held["default"]["CONFIG"] | {"hosts": [{"address": "redis://127.0.0.1:1/0"}]}
    settings.CHANNEL_LAYERS = {"default": {**held["default"], "CONFIG": config}}
    with monkeypatch.context() as patched:
        patched.setattr(layer, "PROBE_SECONDS", 0.5)
        with pytest.raises((redis.RedisError, TimeoutError)):
            probe_channel_layer()
    settings.CHANNEL_LAYERS = held
    assert channel_layers.backends == {}
    probe_channel_layer()
