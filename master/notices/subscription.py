"""Hear the Redis channel `events`, for ever."""

import asyncio
import json
import logging
import random
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from master.notices.events import Event, channel, encode

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 2.0  # for Redis to connect
LOOK_SECONDS = 5.0  # of silence, after which Redis is asked for a sign of life
SILENT_SECONDS = 15.0  # of silence, after which it is given up
PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0)  # seconds before the n-th try in a row, with jitter


async def hear(heard: Callable[[Event], None], tried: asyncio.Event) -> None:
    """Call `heard` with each event. Set `tried` once Redis has answered, or failed to, for the first time."""
    failures = 0
    while True:
        began = time.monotonic()
        try:
            await _hear_once(heard, tried)
        except (RedisError, OSError, TimeoutError) as error:
            logger.warning("events not heard", extra={"error.message": str(error)})
        tried.set()
        failures = failures + 1 if time.monotonic() - began < SILENT_SECONDS else 1
        await asyncio.sleep(PAUSES[min(failures, len(PAUSES)) - 1] * random.uniform(0.5, 1))  # noqa: S311 - jitter


async def _hear_once(heard: Callable[[Event], None], tried: asyncio.Event) -> None:
    redis = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=ANSWER_SECONDS, socket_keepalive=True)
    async with redis, redis.pubsub() as subscription:
        async with asyncio.timeout(2 * ANSWER_SECONDS):
            await subscription.subscribe(channel())
        last = time.monotonic()
        while (silence := time.monotonic() - last) < SILENT_SECONDS:
            message = await subscription.get_message(timeout=LOOK_SECONDS)
            if message is None:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await subscription.ping()
                continue
            last = time.monotonic()
            if message["type"] == "subscribe":
                tried.set()
            if message["type"] == "message":
                _hand_on(message["data"], heard)
        raise TimeoutError(f"Redis has said nothing for {silence:.0f} s")


def _hand_on(data: Any, heard: Callable[[Event], None]) -> None:
    """Hand on what can be read, and leave out what cannot: one bad event holds up no other."""
    try:
        event = json.loads(data)
        if type(event["content_type_id"]) is not int:  # True is an int, too
            raise TypeError("content_type_id is no number")
        encode(event).encode()  # what could not be sent to browsers stops here
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        logger.warning("event unreadable", extra={"error.message": str(error)})
    else:
        heard(event)
