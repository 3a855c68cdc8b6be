"""What the clock adds to `/metrics`."""

import math
from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from client.clock import held
from client.clock.state import now


class TickAgeCollector(Collector):
    """Tells how long ago the last tick was, infinitely long when there was none; nothing without Redis."""

    def collect(self) -> Iterator[Metric]:
        """Yield the age."""
        try:
            at = held.last()
        except RedisError:
            return
        seconds = math.inf if at is None else max(0, now() - at) / 1000
        yield GaugeMetricFamily("clock_last_tick_seconds", "Since the last tick", seconds)
