"""This process's connections to Redis, for counters and questions."""

from functools import cache

import redis
from django.conf import settings


def redis_client() -> "redis.Redis":
    """Return the client for `REDIS_URL`; safe in threads and after a fork."""
    return _client(settings.REDIS_URL)


def probe_redis() -> None:
    """Raise unless Redis answers."""
    redis_client().ping()


@cache
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)
