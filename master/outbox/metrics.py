"""What the publisher counts, and how much it still has to do."""

import time
from collections.abc import Iterator

from django.db import DatabaseError, connection, transaction
from prometheus_client import Counter, Gauge, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from master.outbox import queries
from master.outbox.broker import tasks_waiting

published = Counter("outbox_published", "Changes that SNS accepted", ["table"])
refused = Counter("outbox_refused", "Changes that SNS refused", ["table"])
calls = Counter("outbox_sns_calls", "PublishBatch calls")
failures = Counter("outbox_sns_failures", "Calls that failed for reasons of the service; each opens the breaker")
breaker_until = Gauge(
    "outbox_breaker_until_timestamp",
    "Until when a worker asks SNS nothing, because a call failed for reasons of the service; 0 before the first",
    multiprocess_mode="max",
)
asked = Counter("outbox_asked", "Times that the relay asked Celery to publish")


def tell_breaker_opened(seconds: float) -> None:
    """Say until when nothing is asked of SNS."""
    breaker_until.set(time.time() + seconds)


class PendingCollector(Collector):
    """Reads from the outbox, when asked, what is pending; without the database it says nothing."""

    def collect(self) -> Iterator[Metric]:
        """Yield the number of pending rows, of those that are refused, and the age of the oldest of the others."""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(queries.NO_SEQUENTIAL_SCANS)
                cursor.execute(queries.PENDING)
                rows, refused_rows, seconds = cursor.fetchone()
        except DatabaseError:
            return
        yield GaugeMetricFamily("outbox_pending_rows", "Rows that SNS has not accepted yet", rows)
        yield GaugeMetricFamily("outbox_failing_rows", "Pending rows that are refused for what they hold", refused_rows)
        yield GaugeMetricFamily("outbox_oldest_seconds", "Age of the oldest other pending change", seconds)


class QueueCollector(Collector):
    """Asks Redis, when asked, how many tasks wait; without Redis it says nothing.

    Not in the web process, which never speaks to Redis while somebody waits.
    """

    def collect(self) -> Iterator[Metric]:
        """Yield the length of each queue."""
        try:
            waiting = tasks_waiting()
        except RedisError:
            return
        family = GaugeMetricFamily("celery_queue_length", "Tasks that wait for a worker", labels=["queue"])
        for queue, length in waiting.items():
            family.add_metric([queue], length)
        yield family
