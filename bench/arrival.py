"""Wait until a client's own table holds what master's does."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from stack.stack import Stack

LOOK_SECONDS = 0.002  # between two looks
MANY, SHARE = 10, 0.05  # to look for more rows than that takes so much of one core at the most
PATIENCE_SECONDS = 60.0


class Arrivals:
    """Looks at a client's users by a connection of its own, which is there before anything is timed."""

    def __init__(self, stack: Stack, client: str = "client") -> None:
        self._connection = psycopg.connect(stack.env(client)["DATABASE_URL"], autocommit=True)

    def wait_for_first_names(self, users: Sequence[Any]) -> None:
        """Wait until these users have these first names."""
        wanted = {str(user.uid): user.first_name for user in users}
        query = "SELECT uid::text, first_name FROM users_user WHERE uid = ANY(%s::uuid[])"
        self._wait(lambda: dict(self._connection.execute(query, [list(wanted)])) == wanted, many=len(users) > MANY)

    def wait_for_count(self, mark: str, count: int) -> None:
        """Wait until there are so many users whose names begin with a mark."""
        query = "SELECT count(*) FROM users_user WHERE username LIKE %s"
        self._wait(lambda: self._connection.execute(query, [f"{mark}%"]).fetchone() == (count,), many=True)

    def _wait(self, have_arrived: Callable[[], bool], *, many: bool) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        began = time.monotonic()
        while not have_arrived():
            now = time.monotonic()
            if now > deadline:
                raise TimeoutError(f"the client was not equal to master within {PATIENCE_SECONDS:.0f} s")
            time.sleep(max(LOOK_SECONDS, (now - began) / SHARE if many else 0.0))
            began = time.monotonic()
