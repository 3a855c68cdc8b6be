"""NOTIFY: delivered to every listener when the transaction commits, to nobody when it is rolled back."""

from django.db import connections

PAYLOAD_BYTES = 7999  # PostgreSQL: "must be shorter than 8000 bytes"


def notify(channel: str, payload: str = "", *, using: str = "default") -> None:
    """Send a payload to a channel; inside a transaction it leaves on commit.

    Raises ValueError when the payload is longer than PostgreSQL takes: put it into a table and send its key.
    """
    if len(payload.encode()) > PAYLOAD_BYTES:
        raise ValueError(f"a payload of {len(payload.encode())} bytes is over PostgreSQL's {PAYLOAD_BYTES}: send a key")
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])
