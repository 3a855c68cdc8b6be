"""The users who have connected or called last, as they were then.

The worker that carries a call out reads its user anew and decides. Here it is only to be seen that a call would cost
a task for nothing; to read each user for that as well made a click a tenth slower.
"""

from collections import OrderedDict
from typing import Any, Final

SECONDS: Final = 10.0
MOST: Final = 200


class KnownUsers:
    """Belongs to one event loop, whose time it is told."""

    def __init__(self) -> None:
        self._users: OrderedDict[str, tuple[float, Any]] = OrderedDict()

    def put(self, pk: str, user: Any, now: float) -> None:
        """Remember a user who has just been read."""
        self._users[pk] = now, user
        self._users.move_to_end(pk)
        if len(self._users) > MOST:
            self._users.popitem(last=False)

    def get(self, pk: str, now: float) -> Any:
        """Return a user who was read seconds ago, or None."""
        read_at, user = self._users.get(pk, (float("-inf"), None))
        return user if now - read_at < SECONDS else None

    def forget(self) -> None:
        """Forget all: somebody is not any more who he was."""
        self._users.clear()
