"""Each topic counts its pushes, so that a page sees which of two is the newer, and that one is missing."""

import time
from collections.abc import Mapping, Sequence

from django.conf import settings

from client.live.connection import redis_client

TOPIC_SECONDS = 7 * 86_400  # a counter then begins again, above what it reached


def take(counts: Mapping[str, int]) -> dict[str, int]:
    """Reserve as many numbers as each topic needs, in one round trip; return the first of each."""
    start = _start()
    with redis_client().pipeline(transaction=True) as pipeline:
        for topic, count in counts.items():
            pipeline.set(_key(topic), start, nx=True, ex=TOPIC_SECONDS)
            pipeline.incrby(_key(topic), count)
        last = pipeline.execute()[1::2]
    return {topic: int(n) - count + 1 for n, (topic, count) in zip(last, counts.items(), strict=True)}


def current(topic: str) -> int:
    """Return the number of the newest push to a topic; read it before the query whose answer carries it."""
    held = redis_client().get(_key(topic))
    return int(held) if held is not None else take({topic: 0})[topic] - 1


def known(topics: Sequence[str]) -> dict[str, int]:
    """Return the number of the newest push to each topic that has had one, by one question."""
    held = redis_client().mget([_key(topic) for topic in topics]) if topics else []
    return {topic: int(n) for topic, n in zip(topics, held, strict=True) if n is not None}


def _start() -> int:
    # Milliseconds of the clock: a Redis that comes back empty cannot repeat a number that a page has seen.
    return time.time_ns() // 1_000_000


def _key(topic: str) -> str:
    return f"{settings.APP_NAME}:topic:{topic}"
