"""Wait for committed changes and ask Celery to publish them: at once when idle, in larger batches when busy."""

import logging
import time
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from master.outbox import metrics
from master.outbox.broker import publish_tasks_waiting
from master.outbox.claim import CLAIM_ROWS, due_count
from master.outbox.tasks import publish
from master.outbox.wake import CHANNEL
from master.pg_notify.listener import Listener
from master.pg_notify.stop import Stop
from telemetry.ecs import duration
from telemetry.heartbeat import heartbeat

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.250  # between polls when nothing calls: finds what came without a notification, such as a bulk write
AWAKE_SECONDS = 0.050  # a woken relay polls on until this long brought nothing (longer than the pause of `wake`)
LOOK_SECONDS = 0.010  # between polls while awake
BATCH_SECONDS = 0.200  # the longest that changes wait for company
CLAIM_SECONDS = 0.025  # in which a worker takes up what was asked for; to ask earlier would be to ask twice
SECONDS_PER_ROW = 0.004  # a batch of n rows makes the next one wait n times this, up to BATCH_SECONDS
WAITING_TASKS = 2  # more `publish` tasks than this in the queue would find nothing to do


@dataclass
class Pace:
    """Decides when to look at the outbox: pure, in monotonic seconds."""

    asked_at: float = float("-inf")  # when a batch was last asked for
    pause: float = 0.0  # from then until the next look
    news_at: float = float("-inf")  # when something last came

    def may_look(self, now: float) -> bool:
        """Tell whether the batch asked for last has had its time: changes that follow it wait for company."""
        return now - self.asked_at >= self.pause

    def asked(self, now: float, due: int) -> None:
        """Note that a batch of `due` rows was asked for."""
        self.asked_at = self.news_at = now
        self.pause = min(BATCH_SECONDS, max(CLAIM_SECONDS, due * SECONDS_PER_ROW))

    def timeout(self, now: float, idle: float | None) -> float | None:
        """Return the seconds until the next look; `idle` when nothing is going on."""
        if not self.may_look(now):
            return self.pause - (now - self.asked_at)  # above 0, however it is rounded
        return LOOK_SECONDS if now - self.news_at < AWAKE_SECONDS else idle


def run(stop: Stop, *, idle_seconds: float | None = IDLE_SECONDS) -> None:
    """Relay until told to stop. Any number of relays may run. Without `idle_seconds` only notifications wake it."""
    listener, pace, pulse = Listener(CHANNEL), Pace(), heartbeat("relay")
    try:
        while not stop.is_set():
            pulse.beat()
            news = listener.wait(stop, pace.timeout(time.monotonic(), idle_seconds))
            now = time.monotonic()
            if news.payloads or news.reconnected:
                pace.news_at = now
            if pace.may_look(now) and not stop.is_set():
                _look(pace, now)
    finally:
        listener.close()


def _look(pace: Pace, now: float) -> None:
    """Ask for a batch if something is due. What fails here is tried again at the next look."""
    try:
        due = due_count(CLAIM_ROWS)
        if due and publish_tasks_waiting() < WAITING_TASKS:
            publish.apply_async(retry=False)
            metrics.asked.inc()
            pace.asked(now, due)
            logger.info("asked", extra={"due": due, "event.duration": duration(time.monotonic() - now)})
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        logger.warning("outbox unreachable", extra={"error.message": str(error)})
    except (OperationalError, RedisError) as error:
        logger.warning("broker unreachable", extra={"error.message": str(error)})
