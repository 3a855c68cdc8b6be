"""Whether this client can take more work: then receiving costs no receive counts in vain."""

import base64
import logging

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from redis.exceptions import RedisError

from client.live.connection import redis_client
from client.sqs import metrics

logger = logging.getLogger(__name__)

REASONS = ("queue", "redis", "database")
WAITING_BATCHES = 4  # of the queue `fast`; more of them wait in SQS
NEWEST = 200  # tasks of a long queue in which batches are counted: however many pages ask, the count costs little
# How a batch's arguments begin: Celery sends them as JSON in base64, where 21 characters are 28 of their own.
BATCH = base64.b64encode(b'[["replication.apply"').decode()

# Counts where the tasks are: a batch may be 300 KB long.
COUNT = """\
local batches = 0
for _, task in ipairs(redis.call('LRANGE', KEYS[1], 0, ARGV[1] - 1)) do
    if string.find(task, ARGV[2], 1, true) then batches = batches + 1 end
end
return batches"""


class Gate:
    """Open while the local database and Redis answer and few batches wait in the queue `fast`."""

    def __init__(self, waiting_batches: int = WAITING_BATCHES) -> None:
        self._limit = waiting_batches
        self._reason = ""
        _tell("")

    def is_open(self) -> bool:
        """Tell whether to receive now; each change of mind is logged."""
        reason = self._obstacle()
        if reason != self._reason:
            logger.info("gate opened" if not reason else "gate closed", extra={"reason": reason})
            _tell(reason)
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
    queue, redis = f"{settings.APP_NAME}:fast", redis_client()
    waiting = redis.llen(queue)
    return waiting if waiting < limit else int(redis.eval(COUNT, 1, queue, max(NEWEST, limit), BATCH))


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _tell(reason: str) -> None:
    for each in REASONS:
        metrics.gate_closed.labels(each).set(each == reason)
