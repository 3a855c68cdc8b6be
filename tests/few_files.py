"""Processes that begin with few open files, as those of containers do."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

FEW = 256


@contextmanager
def few_files() -> Iterator[None]:
    """Let what the block starts have few; afterwards this process has what it had."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FEW, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
