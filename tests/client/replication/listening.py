"""Listen to what replication tells, for the length of a block."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from client.replication.announce import rows_applying


@contextmanager
def listening(receiver: Callable[..., Any], signal: Any = rows_applying) -> Iterator[None]:
    """Connect a receiver, by default inside the transaction of each batch, after its locks are taken."""
    signal.connect(receiver)
    try:
        yield
    finally:
        signal.disconnect(receiver)
