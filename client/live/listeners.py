"""Which topics some window listens to at this moment."""

from collections.abc import Collection
from typing import Any

from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings

from client.live.connection import redis_client
from client.live.serializing import group_of, serialize_topic


def listened(topics: Collection[str]) -> frozenset[str]:
    """Return those topics that a window of any process listens to, with one question to Redis.

    A channel layer that is not Redis pub/sub on one server cannot be asked: then every topic counts.
    """
    prefix = _channel_prefix()
    if prefix is None or not topics:
        return frozenset(topics)
    channels = {f"{prefix}__group__{group(topic)}": topic for topic in topics}
    answer: list[tuple[bytes, int]] = redis_client().pubsub_numsub(*channels)  # type: ignore[assignment]
    return frozenset(channels[channel.decode()] for channel, windows in answer if windows)


def group(topic: str) -> str:
    """Return the channel layer's group of a topic that is a text."""
    return group_of(str(serialize_topic(None, topic)))


def _channel_prefix() -> str | None:
    if not isinstance(get_channel_layer(), RedisPubSubChannelLayer):
        return None
    config: dict[str, Any] = settings.CHANNEL_LAYERS["default"]["CONFIG"]  # type: ignore[assignment]
    return str(config["prefix"]) if len(config["hosts"]) == 1 else None
