"""How much a browser may say."""

from enum import Enum


class Verdict(Enum):
    """What to do with a frame."""

    TAKE = "take"
    REFUSE = "refuse"
    CLOSE = "close"


class Allowance:
    """A bucket of tokens: so many a second, and so many at once. Whoever goes on although refused is to be closed."""

    __slots__ = ("_burst", "_last", "_rate", "_refused", "_tokens")

    def __init__(self, *, rate: float, burst: int, now: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._last = float(burst), now
        self._refused = 0  # in a row

    def take(self, now: float) -> Verdict:
        """Judge one frame at a time in seconds."""
        self._tokens = min(self._burst, self._tokens + (now - self._last) * self._rate)
        self._last = now
        if self._tokens >= 1:
            self._tokens -= 1
            self._refused = 0
            return Verdict.TAKE
        self._refused += 1
        return Verdict.CLOSE if self._refused > self._burst else Verdict.REFUSE
