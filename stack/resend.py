"""Send everything again, when a queue is new or has lost its messages: its client has missed what was published.

Every object gets a new version, in batches in the order of the keys, each a transaction of its own; the clients
that have the object already write the same once more.
"""

import psycopg

from stack.errors import StackError
from stack.projects import queue_name

BATCH = 1000
NEWEST = "SELECT coalesce(max(version), 0) FROM outbox_row"
RAISE = """\
WITH batch AS (
    SELECT "table", "key" FROM outbox_row WHERE version <= %(newest)s
    ORDER BY "table", "key" LIMIT %(limit)s FOR UPDATE)
UPDATE outbox_row r SET version = nextval('outbox_version'), due_at = clock_timestamp(), attempts = 0, error = ''
FROM batch WHERE r."table" = batch."table" AND r."key" = batch."key" """


def has_new_queue(provisioned: str, clients: list[str]) -> bool:
    """Tell from what `provision` printed whether it created a client's queue."""
    lines = provisioned.splitlines()
    return any(f"queue {queue_name(client)}: created" in lines for client in clients)


def resend(database_url: str) -> None:
    """Give everything in master's outbox a new version, so that it is published again."""
    try:
        with psycopg.connect(database_url, autocommit=True) as connection:
            (newest,) = connection.execute(NEWEST).fetchone() or (0,)
            while connection.execute(RAISE, {"newest": newest, "limit": BATCH}).rowcount:
                pass
    except psycopg.Error as error:
        raise StackError(f"What was published before cannot be sent again: {error}") from error
