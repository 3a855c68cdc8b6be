"""How many `publish` tasks wait in the broker."""

from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

QUEUES = ("publish", "fast", "slow")


def publish_tasks_waiting() -> int:
    """Return the length of the queue `publish`; raise `redis.RedisError` when Redis does not answer."""
    return _redis().llen(f"{settings.APP_NAME}:publish")


def tasks_waiting() -> dict[str, int]:
    """Return the length of each of master's queues, as above."""
    with _redis().pipeline(transaction=False) as pipeline:
        for queue in QUEUES:
            pipeline.llen(f"{settings.APP_NAME}:{queue}")
        return dict(zip(QUEUES, pipeline.execute(), strict=True))


@cache
def _redis() -> Redis:
    # Short, and without a second try: the relay ends within two seconds of a signal, and looks again soon anyway.
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0))
