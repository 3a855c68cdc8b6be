"""Whether the loops of this process go round: each says so when it does, and `/healthz` asks how long ago that was."""

import time
from collections.abc import Callable

LIMIT_SECONDS = 60.0  # more than any time limit of a call to a server, so that a slow server gets nobody killed

Excuse = Callable[[], bool]
_heartbeats: "dict[str, Heartbeat]" = {}


class Heartbeat:
    """The pulse of one loop, which begins with its first."""

    def __init__(self, limit: float, excuse: Excuse) -> None:
        self._limit = limit
        self._excuse = excuse
        self.beat()

    def beat(self) -> None:
        """Say that the loop goes round. Costs next to nothing."""
        self._at = time.monotonic()

    def stands_still(self) -> float | None:
        """Return the seconds since the last beat if those are too many; None as long as all is well.

        A loop with an excuse is left in peace, and has its whole limit again from then on.
        """
        seconds = time.monotonic() - self._at
        if seconds <= self._limit:
            return None
        if self._excuse():
            self.beat()
            return None
        return seconds


def heartbeat(name: str, *, limit: float = LIMIT_SECONDS, excuse: Excuse = lambda: False) -> Heartbeat:
    """Begin a loop's heartbeat; one of the same name ends.

    `limit`: seconds after which it counts as standing still, unless the excuse, asked only then, says that it waits for
    something that is away.
    """
    _heartbeats[name] = begun = Heartbeat(limit, excuse)
    return begun


def standing_still() -> dict[str, float]:
    """Return the loops of this process that stand still, with the seconds since they went round last."""
    asked = {name: each.stands_still() for name, each in list(_heartbeats.items())}
    return {name: seconds for name, seconds in asked.items() if seconds is not None}
