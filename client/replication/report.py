"""Count and log what became of a batch."""

import logging
from datetime import UTC, datetime

from prometheus_client import Histogram

from client.replication import metrics
from client.replication.changes import Applied

logger = logging.getLogger(__name__)


def time_lag(lag: Histogram, table: str, applied: Applied) -> float | None:
    """Observe how long ago the oldest new change of a batch was made on master, by the clocks of both; return it."""
    times = [each.changed_at for each in applied.changes if each.changed_at and not each.repeated]
    if not times:
        return None
    seconds = max(0.0, (datetime.now(UTC) - min(times)).total_seconds())  # clocks may differ
    lag.labels(table).observe(seconds)
    return seconds


def report(table: str, applied: Applied) -> None:
    """Count what was applied, repeated, ignored and set aside; log what a person should look at."""
    repeated = sum(change.repeated for change in applied.changes)
    metrics.repeated.labels(table).inc(repeated)
    metrics.applied.labels(table).inc(len(applied.changes) - repeated)
    metrics.stale.labels(table).inc(applied.ignored)
    metrics.aside.labels(table).inc(applied.aside)
    metrics.clashes.labels(table).inc(len(applied.clashes))
    for clash in applied.clashes:
        logger.warning("clash with a local row", extra={"table": table, "key": clash.key, "field": clash.field})
