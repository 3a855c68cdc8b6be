"""What the overview adds to `/metrics`; without Redis it says nothing."""

from collections.abc import Iterator
from contextlib import suppress

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from client.overview import depths


class QueueCollector(Collector):
    """Tells how many tasks wait, and what a worker has found last of SQS; nothing of that when it is long ago."""

    def collect(self) -> Iterator[Metric]:
        """Yield the length of each queue."""
        with suppress(RedisError):
            yield from _tasks()
        with suppress(RedisError):
            yield from _messages()


def _tasks() -> Iterator[Metric]:
    family = GaugeMetricFamily("celery_queue_length", "Tasks that wait for a worker", labels=["queue"])
    for queue, length in depths.waiting_tasks().items():
        family.add_metric([queue], length)
    yield family


def _messages() -> Iterator[Metric]:
    if known := depths.found():
        yield GaugeMetricFamily("sqs_visible", "Messages for this client that wait in SQS, about", known.visible)
        yield GaugeMetricFamily("sqs_in_flight", "Messages received and not deleted yet, about", known.in_flight)
        yield GaugeMetricFamily("sqs_dead_letters", "Dead letters of this client, about", known.dead_letters)
