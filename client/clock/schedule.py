"""When `beat` asks for a tick: not while no worker takes them.

What has expired is thrown away by the worker that takes it; until one does it stays in Redis. A day without a worker
would leave 170,000 ticks there, and hide from the listener's gate what else waits in the queue.
"""

from datetime import datetime

from celery.schedules import schedstate, schedule
from django.conf import settings
from redis.exceptions import RedisError

from client.live.connection import redis_client

QUEUE = "fast"
MOST_WAITING = 20  # tasks, of whatever kind; a worker that is well takes as many in a few hundredths of a second


class WhileShort(schedule):
    """As often as Celery's own, unless the queue is long or Redis does not answer; then the turn is left out."""

    def is_due(self, last_run_at: datetime) -> schedstate:
        """Return whether to ask now, and after how many seconds to look again."""
        due, seconds = super().is_due(last_run_at)
        return schedstate(due and is_short(), seconds)


def is_short() -> bool:
    """Say whether few tasks wait."""
    try:
        return int(redis_client().llen(f"{settings.APP_NAME}:{QUEUE}")) <= MOST_WAITING
    except RedisError:
        return False
