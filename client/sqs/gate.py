"""Whether this client can take more work: then receiving costs no receive counts in vain."""

import base64
import binascii
import json
import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from redis.exceptions import RedisError

from client.live.connection import redis_client

logger = logging.getLogger(__name__)

WAITING_BATCHES = 4  # of the queue `fast`; more of them wait in SQS
NEWEST = 200  # tasks of a long queue in which batches are counted: however many pages ask, the count costs little
BATCH = b'[["replication.apply"'  # how a batch's arguments begin


class Gate:
    """Open while the local database and Redis answer and few batches wait in the queue `fast`."""

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
            if batches_waiting(self._limit) >= self._limit:
                return "queue"
            _ask_database()
        except RedisError:
            return "redis"
        except (DatabaseError, InterfaceError):
            connection.close()
            return "database"
        return ""


def batches_waiting(limit: int) -> int:
    """Return how many batches wait in the queue `fast`; below the limit only that it is below.

    Calls of browsers do not count, or else pages could hold up the data. Raises `redis.RedisError` when Redis does not
    answer.
    """
    queue = f"{settings.APP_NAME}:fast"
    waiting = redis_client().llen(queue)
    if waiting < limit:
        return waiting
    return sum(map(_is_batch, redis_client().lrange(queue, 0, max(NEWEST, limit) - 1)))


def _is_batch(task: Any) -> bool:
    """Look at the beginning of a task's arguments, which Celery sends as JSON in base64."""
    try:
        return base64.b64decode(json.loads(task)["body"][:32]).startswith(BATCH)
    except (ValueError, KeyError, TypeError, binascii.Error):
        return False  # none of ours


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
