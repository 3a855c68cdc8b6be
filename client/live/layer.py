"""The channel layer: Channels' own, whose messages also say for which group they are.

A process has one channel for all of its topics; a message that does not name its group could be handed to nobody.
"""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer

from client.live.loop import run_on_loop, wait_on_loop

GROUP = "group"
PROBE_SECONDS = 2.0


class NamingChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    """Redis pub/sub: one publish a message, and one subscription for each group and process.

    Channels keeps a connection for each event loop, and `trigger` makes a loop for each call where there is none, such
    as in a handler of a worker. All that a process sends goes by one connection of one loop instead.
    """

    async def group_send(self, group: str, message: Mapping[str, Any]) -> None:
        """Send a message to whoever has joined a group, with the group's name in it."""
        await wait_on_loop(self.__getattr__("group_send")(group, {**message, GROUP: group}))


class _Probe:
    """Sends a message to this process itself and waits for it, over a channel of its own that is kept."""

    def __init__(self) -> None:
        self._layer: Any = None
        self._channel = ""

    async def __call__(self) -> None:
        layer, text = get_channel_layer(), uuid4().hex
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                if layer is not self._layer:
                    self._layer, self._channel = layer, await layer.new_channel()
                await layer.send(self._channel, {"type": "probe", "text": text})
                while (await layer.receive(self._channel))["text"] != text:
                    pass  # sent by another probe
        except BaseException:
            self._layer = None  # a channel whose receiver is cancelled is none any more
            raise


_probe = _Probe()


def probe_channel_layer() -> None:
    """Raise unless what this process sends over the channel layer arrives."""
    run_on_loop(async_to_sync(_probe))
