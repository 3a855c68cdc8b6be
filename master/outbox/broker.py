"""How many `publish` tasks wait in the broker."""

from functools import cache

from django.conf import settings
from redis import Redis


def publish_tasks_waiting() -> int:
    """Return the length of the queue `publish`; raise `redis.RedisError` when Redis does not answer."""
    return _redis().llen(f"{settings.APP_NAME}:publish")


@cache
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=5)
