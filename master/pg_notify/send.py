"""NOTIFY: delivered to every listener when the transaction commits, to nobody when it is rolled back."""

from django.db import connections

from master.pg_notify.names import checked_channel

PAYLOAD_BYTES = 7999  # PostgreSQL: "must be shorter than 8000 bytes"


def notify(channel: str, payload: str = "", *, using: str = "default") -> None:
    """Send a payload to a channel; inside a transaction it leaves on commit.

    Raises ValueError, and leaves the transaction as it is, when PostgreSQL would not take the channel or the payload.
    A longer payload belongs into a table: send its key.
    """
    checked_channel(channel)
    if len(payload.encode()) > PAYLOAD_BYTES:
        raise ValueError(f"a payload of {len(payload.encode())} bytes is over PostgreSQL's {PAYLOAD_BYTES}: send a key")
    if "\0" in payload:
        raise ValueError("a payload holds no NUL: send it encoded")
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])
