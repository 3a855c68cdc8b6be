"""What Prometheus counters count while a test runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import REGISTRY


@contextmanager
def counted(sample: str, **labels: str) -> Iterator[Callable[[], float]]:
    """Give a function that returns by how much a sample has grown since the block began."""

    def value() -> float:
        return REGISTRY.get_sample_value(sample, labels) or 0.0

    before = value()
    yield lambda: value() - before
