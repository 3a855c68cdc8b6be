"""When to try again: pure decisions."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

ROW_BASE, ROW_CAP = 1.0, 300.0  # seconds before a refused row is tried again: at first, at the most
BREAKER_BASE, BREAKER_CAP = 0.5, 30.0  # seconds that an outage stops claiming: at first, at the most


def jittered(attempt: int, *, base: float, cap: float) -> float:
    """Return seconds to wait after the n-th failure (n from 1): half to all of base * 2^(n-1), at most cap."""
    ceiling = min(cap, base * 2.0 ** min(attempt - 1, 32))
    return ceiling / 2 + ceiling / 2 * random.random()  # noqa: S311 - spreads retries, guards nothing


def row_pause(attempts: int) -> timedelta:
    """Return how long a row that was refused for the n-th time stays away."""
    return timedelta(seconds=jittered(attempts, base=ROW_BASE, cap=ROW_CAP))


@dataclass(kw_only=True)
class Breaker:
    """Stops claiming while AWS as a whole fails, so that an outage uses up no attempts."""

    failures: int = 0
    open_until: float = field(default=0.0)  # monotonic seconds

    def is_open(self, now: float) -> bool:
        """Tell whether claiming is stopped; once the pause is over, the next call is the trial."""
        return now < self.open_until

    def remaining(self, now: float) -> float:
        """Return the seconds until the trial; 0 when it is not open."""
        return max(0.0, self.open_until - now)

    def record_failure(self, now: float) -> float:
        """Open, for longer each time; return the seconds until the trial."""
        self.failures += 1
        pause = jittered(self.failures, base=BREAKER_BASE, cap=BREAKER_CAP)
        self.open_until = now + pause
        return pause

    def record_success(self) -> None:
        """Close."""
        self.failures = 0
        self.open_until = 0.0
