"""Who listens for notifications of PostgreSQL at a moment."""

from django.db import connection

from stack.waiting import wait_until

SECONDS = 30.0  # in which a command has started too


def listeners() -> set[int]:
    """Return the processes of PostgreSQL that listen; one whose connection was closed goes a moment later."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN %%' AND state = 'idle'", [])
        return {pid for (pid,) in cursor.fetchall()}


def wait_for_another(before: set[int]) -> None:
    """Wait until somebody listens who did not before."""
    assert wait_until(lambda: bool(listeners() - before), seconds=SECONDS), "nobody listens"
