"""What the overview adds to `/metrics`."""

from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from client.overview import depths


class DeadLetterCollector(Collector):
    """Tells what a worker has found last; nothing without Redis, or when that is long ago."""

    def collect(self) -> Iterator[Metric]:
        """Yield the number of dead letters."""
        try:
            known = depths.found()
        except RedisError:
            return
        if known:
            yield GaugeMetricFamily("sqs_dead_letters", "Dead letters of this client, about", known.dead_letters)
