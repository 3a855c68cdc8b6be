"""How often an address may be wrong."""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

ADDRESSES = 10_000  # that one process remembers; beyond it the longest quiet one is forgotten


class Throttle:
    """So many wrong answers at once, and one more each so many seconds; of one process, and safe between threads.

    A network of IPv6 that one household has, /64, counts as one address.
    """

    def __init__(self, *, burst: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._allowed = (burst - 1) * seconds
        self._seconds, self._clock = seconds, clock
        self._paid_until: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, address: str) -> float:
        """Return after how many seconds an address may try again; 0: now."""
        with self._lock:
            until = self._paid_until.get(household(address), 0.0)
        return max(0.0, until - self._clock() - self._allowed)

    def count(self, address: str) -> None:
        """Take notice that an address was wrong."""
        with self._lock:
            key, now = household(address), self._clock()
            self._paid_until[key] = max(self._paid_until.get(key, now), now) + self._seconds
            self._paid_until.move_to_end(key)
            if len(self._paid_until) > ADDRESSES:
                self._paid_until.popitem(last=False)

    def forget(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._paid_until.clear()


def household(address: str) -> str:
    """Return what counts as one: an IPv4 address, a /64 of IPv6, or what is no address as it is."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
