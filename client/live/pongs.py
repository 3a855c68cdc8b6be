"""The newest number of each topic, as this process has last read it: what the answer to a sign of life carries."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from client.live import numbers
from client.live.outage import OUTAGES
from client.live.threads import judging

OLDEST: Final = 5.0  # seconds


class KnownNumbers:
    """Reads the numbers of all topics of the process at once, at most every few seconds, and only if somebody asks."""

    def __init__(self, topics: Callable[[], Sequence[str]]) -> None:
        self._topics = topics
        self._numbers: dict[str, int] = {}
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def of(self, topics: Sequence[str]) -> dict[str, int]:
        """Return the numbers of topics; without Redis those that were known before."""
        async with self._reading:
            now = asyncio.get_running_loop().time()
            if now - self._read_at >= OLDEST:
                self._read_at = now
                await self._read()
        return {topic: self._numbers[topic] for topic in topics if topic in self._numbers}

    async def _read(self) -> None:
        names = self._topics()
        try:
            self._numbers = await judging.run(lambda: numbers.known(names))
        except OUTAGES:
            return
