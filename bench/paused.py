"""The stack with the relay running, and nothing behind it at work."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from stack.stack import Stack

BEHIND_THE_RELAY = ("master-worker", "listener", "worker-fast", "worker-slow")


@contextmanager
def pipeline_paused(stack: Stack) -> Iterator[None]:
    """Halt what publishes and applies: then only what a save itself costs is measured."""
    handles = [stack.process(name) for name in BEHIND_THE_RELAY]
    for handle in handles:
        handle.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for handle in handles:
            handle.signal(signal.SIGCONT)
