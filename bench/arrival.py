"""Wait until the client's own table holds what master's does."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.projects import client_database
from stack.stack import Stack

LOOK_SECONDS = 0.002  # between two looks
SHORT_SECONDS, LOOKS_SHARE = 0.001, 0.05  # longer looks take so much of one core at the most
PATIENCE_SECONDS = 60.0


def wait_for_first_names(stack: Stack, users: Sequence[Any], client: str = "client") -> None:
    """Wait until these users have these first names on a client."""
    wanted = {str(user.uid): user.first_name for user in users}
    with client_database(stack, client) as connection:

        def have_arrived() -> bool:
            query = "SELECT uid::text, first_name FROM users_user WHERE uid = ANY(%s::uuid[])"
            return dict(connection.execute(query, [list(wanted)])) == wanted

        _wait(have_arrived)


def wait_for_count(stack: Stack, mark: str, count: int) -> None:
    """Wait until the client has so many users whose names begin with a mark."""
    with client_database(stack) as connection:

        def have_arrived() -> bool:
            query = "SELECT count(*) FROM users_user WHERE username LIKE %s"
            return connection.execute(query, [f"{mark}%"]).fetchone() == (count,)

        _wait(have_arrived)


def _wait(have_arrived: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    began = time.monotonic()
    while not have_arrived():
        now = time.monotonic()
        if now > deadline:
            raise TimeoutError(f"the client was not equal to master within {PATIENCE_SECONDS:.0f} s")
        took = now - began
        time.sleep(LOOK_SECONDS if took < SHORT_SECONDS else took / LOOKS_SHARE)
        began = time.monotonic()
