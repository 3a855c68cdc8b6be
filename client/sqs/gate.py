"""Whether this client can take more work: then receiving costs no receive counts in vain."""

import logging
from functools import cache

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

WAITING_BATCHES = 4  # of the queue `fast`; more of them wait in SQS


class Gate:
    """Open while the local database and Redis answer and the queue `fast` is short."""

    def __init__(self, waiting_batches: int = WAITING_BATCHES) -> None:
        self._limit = waiting_batches
        self._reason = ""

    def is_open(self) -> bool:
        """Tell whether to receive now; each change of mind is logged."""
        reason = self._obstacle()
        if reason != self._reason:
            logger.info("gate opened" if not reason else "gate closed", extra={"reason": reason})
            self._reason = reason
        return not reason

    def _obstacle(self) -> str:
        try:
            if tasks_waiting() >= self._limit:
                return "queue"
            _ask_database()
        except RedisError:
            return "redis"
        except (DatabaseError, InterfaceError):
            connection.close()
            return "database"
        return ""


def tasks_waiting() -> int:
    """Return the length of the queue `fast`; raise `redis.RedisError` when Redis does not answer."""
    return _redis(settings.REDIS_URL).llen(f"{settings.APP_NAME}:fast")


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@cache
def _redis(url: str) -> Redis:
    return Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
