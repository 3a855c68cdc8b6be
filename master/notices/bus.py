"""Hand events to Redis without making anybody wait: a thread of its own does it, with short time limits.

An event is worth a toast, no more: when Redis is away it is dropped and counted, after seconds at the most.
"""

import atexit
import logging
import os
import queue
import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock, Thread

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisGoneError
from redis.exceptions import RedisError
from redis.retry import Retry

from master.notices import metrics
from master.notices.events import Event, channel, encode

logger = logging.getLogger(__name__)

THREAD = "notices"
WAITING = 1_000  # events; more are dropped
LIMIT_SECONDS = 1.0  # for each connect, write and read
STALE_SECONDS = 5.0  # an event that waited longer is no news
LAST_SECONDS = 0.5  # that a process which ends gives to what still waits


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An event on its way to Redis."""

    payload: str
    since: float  # monotonic seconds


class Bus:
    """Publishes in a thread that starts with the first event; it never outlives its process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._thread: Thread | None = None
        self._queue: queue.Queue[Waiting] = queue.Queue(maxsize=WAITING)

    def put(self, events: Sequence[Event]) -> None:
        """Hand events over; return at once, whatever Redis does."""
        self._start()
        for event in events:
            try:
                self._queue.put_nowait(Waiting(payload=encode(event), since=time.monotonic()))
            except queue.Full:
                metrics.told.labels("dropped").inc()

    def drain(self, seconds: float) -> bool:
        """Wait until all is handed on, for so long at the most; tell whether it is."""
        end = time.monotonic() + seconds
        while self._queue.unfinished_tasks and time.monotonic() < end:
            time.sleep(0.005)
        return not self._queue.unfinished_tasks

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                thread = Thread(target=self._run, name=THREAD, daemon=True)
                thread.start()
                self._thread = thread

    def _run(self) -> None:
        redis = Redis.from_url(
            settings.REDIS_URL,
            socket_connect_timeout=LIMIT_SECONDS,
            socket_timeout=LIMIT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        while True:
            waiting = self._queue.get()
            try:
                metrics.told.labels(_publish(redis, waiting)).inc()
            except Exception:  # one event holds up no other
                metrics.told.labels("failed").inc()
                logger.exception("notice not told")
            finally:
                self._queue.task_done()


def _publish(redis: Redis, waiting: Waiting) -> str:
    """Publish one event; return what became of it. A connection that broke meanwhile is worth a second try."""
    if time.monotonic() - waiting.since > STALE_SECONDS:
        return "dropped"
    for is_last in (False, True):
        try:
            redis.publish(channel(), waiting.payload)
        except (RedisError, OSError) as error:
            if is_last or not isinstance(error, RedisGoneError):
                logger.warning("notice not told", extra={"error.message": str(error)})
                break
        else:
            return "told"
    return "failed"


_of_this_process = Bus()


def tell(events: Sequence[Event]) -> None:
    """Tell all servers of events, by this process's bus."""
    _of_this_process.put(events)


def drain(seconds: float = LAST_SECONDS) -> bool:
    """Wait until this process has told all; see `Bus.drain`."""
    return _of_this_process.drain(seconds)


def _forked() -> None:
    """Give a process that was forked a bus of its own: threads do not come along."""
    global _of_this_process
    _of_this_process = Bus()


os.register_at_fork(after_in_child=_forked)
atexit.register(drain)
