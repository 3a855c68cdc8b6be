"""The channel layer: Channels' own, whose messages also say for which group they are.

A process has one channel for all of its topics; a message that does not name its group could be handed to nobody.
"""

from collections.abc import Mapping
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

from client.live.loop import wait_on_loop

GROUP = "group"


class NamingChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    """Redis pub/sub: one publish a message, and one subscription for each group and process.

    Channels keeps a connection for each event loop, and `trigger` makes a loop for each call where there is none, such
    as in a handler of a worker. All that a process sends goes by one connection of one loop instead.
    """

    async def group_send(self, group: str, message: Mapping[str, Any]) -> None:
        """Send a message to whoever has joined a group, with the group's name in it."""
        await wait_on_loop(self.__getattr__("group_send")(group, {**message, GROUP: group}))
