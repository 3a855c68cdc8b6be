"""What the publisher counts, and how much it still has to do."""

from collections.abc import Iterator

from django.db import DatabaseError, connection, transaction
from prometheus_client import Counter, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from master.outbox import queries

published = Counter("outbox_published", "Changes that SNS accepted", ["table"])
refused = Counter("outbox_refused", "Changes that SNS refused", ["table"])
calls = Counter("outbox_sns_calls", "PublishBatch calls")
failures = Counter("outbox_sns_failures", "Calls that failed for reasons of the service; each opens the breaker")
asked = Counter("outbox_asked", "Times that the relay asked Celery to publish")


class PendingCollector(Collector):
    """Reads from the outbox, when asked, what is pending; without the database it says nothing."""

    def collect(self) -> Iterator[Metric]:
        """Yield the number of pending rows, of those that SNS has refused, and the age of the oldest."""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(queries.NO_SEQUENTIAL_SCANS)
                cursor.execute(queries.PENDING)
                rows, refused_rows, seconds = cursor.fetchone()
        except DatabaseError:
            return
        yield GaugeMetricFamily("outbox_pending_rows", "Rows that SNS has not accepted yet", rows)
        yield GaugeMetricFamily("outbox_failing_rows", "Pending rows with an error", refused_rows)
        yield GaugeMetricFamily("outbox_oldest_seconds", "Age of the oldest pending change", seconds)
