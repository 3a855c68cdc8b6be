"""What replication counts."""

from typing import Any

from celery.signals import worker_init
from prometheus_client import Counter, Histogram

from client.replication.declare import replicas

LAG_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600)  # seconds

applied = Counter("replication_applied", "Changes applied", ["table"])
repeated = Counter("replication_repeated", "Changes of a version that was held already, told again", ["table"])
stale = Counter("replication_stale", "Changes older than the version held, ignored", ["table"])
refused = Counter("replication_refused", "Changes that this client cannot read or hold, sent to the dead-letter queue")
aside = Counter("replication_set_aside", "Unique values set aside for another holder", ["table"])
clashes = Counter("replication_clashes", "Replicas set aside because a local row has their value", ["table"])
dropped = Counter("replication_dropped_batches", "Batches too old to be applied; their messages come again")
lag = Histogram(
    "replication_lag_seconds",
    "From the oldest change of a batch on master to its commit here",
    ["table"],
    buckets=LAG_BUCKETS,
)
pushed_lag = Histogram(
    "replication_pushed_lag_seconds",
    "From the oldest change of a batch on master until open pages were told",
    ["table"],
    buckets=LAG_BUCKETS,
)


@worker_init.connect
def begin_at_none(**kwargs: Any) -> None:
    """Say that nothing was counted yet: for Prometheus a counter that is first seen at 1 has not grown."""
    for table in replicas:
        for each in (applied, repeated, stale, aside, clashes, lag, pushed_lag):
            each.labels(table)
