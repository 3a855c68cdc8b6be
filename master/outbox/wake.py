"""Tell the relay that something was committed: one NOTIFY for many changes, never inside their transaction."""

import time
from collections.abc import Callable
from functools import cache

from django.db import connections, transaction

from master.pg_notify import notify

CHANNEL = "outbox"
PAUSE_SECONDS = 0.020  # between two notifications of one process: each costs half a save and an instance-wide lock


class Limiter:
    """Lets one notification pass in 20 ms. What it holds back is found: a woken relay polls on for longer."""

    def __init__(self) -> None:
        self._free_at = 0.0

    def passes(self, now: float) -> bool:
        """Tell whether a notification may be sent now, and count it as sent."""
        if now < self._free_at:
            return False
        self._free_at = now + PAUSE_SECONDS
        return True


limiter = Limiter()


def wake_on_commit(using: str) -> None:
    """Wake the relay when the transaction of this database commits: once, however often it is asked.

    Of a transaction that its owner begins and ends by hand Django tells no end: the relay's poll finds it.
    """
    hook, connection = _hook(using), connections[using]
    by_hand = not connection.in_atomic_block and not connection.get_autocommit()
    if not by_hand and not any(entry[1] is hook for entry in connection.run_on_commit):
        transaction.on_commit(hook, using=using, robust=True)


@cache
def _hook(using: str) -> Callable[[], None]:
    def wake() -> None:
        if limiter.passes(time.monotonic()):
            notify(CHANNEL, using=using)

    return wake  # a function, not a partial: Django reports what a robust hook raises under its __qualname__
