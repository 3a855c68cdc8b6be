"""What back-fill counts, and what verify has found."""

from collections.abc import Iterator
from typing import Any

from celery.signals import worker_init
from django.db import DatabaseError
from prometheus_client import Counter, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from client.pull.compare import KINDS, column
from client.pull.models import Verification
from client.replication.declare import replicas

OUTCOMES = ("created", "updated", "right", "refused", "ignored")

backfilled = Counter("backfill_rows", "Rows that a back-fill looked at, by what became of them", ["table", "outcome"])


@worker_init.connect
def begin_at_none(**kwargs: Any) -> None:
    """Say that no row was looked at yet: for Prometheus a counter that is first seen at 7 has not grown."""
    for table in replicas:
        for outcome in OUTCOMES:
            backfilled.labels(table, outcome)


class VerificationCollector(Collector):
    """Tells what the last comparison of each table has found, whoever made it, as it stands in the database."""

    def collect(self) -> Iterator[Metric]:
        """Yield what was left that differs, and when it was looked for; without the database nothing."""
        try:
            held = list(Verification.objects.filter(table__in=replicas, compared_at__isnull=False))
        except DatabaseError:
            return
        differences = GaugeMetricFamily(
            "verify_differences", "Differences from master that the last verify left", labels=["table", "kind"]
        )
        finished = GaugeMetricFamily(
            "verify_finished_timestamp", "When a table was last compared to the end", labels=["table"]
        )
        for each in held:
            for name in map(column, KINDS):
                differences.add_metric([each.table, name], getattr(each, name))
            if each.compared_at:
                finished.add_metric([each.table], each.compared_at.timestamp())
        yield from (differences, finished)
