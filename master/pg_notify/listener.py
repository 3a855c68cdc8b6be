"""LISTEN on a channel of PostgreSQL, on Django's own connection settings."""

import logging
import math
import select
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import DatabaseError, connections
from psycopg import sql

from master.pg_notify import metrics
from master.pg_notify.names import checked_channel
from master.pg_notify.stop import Stop

RawConnection = psycopg.Connection[Any]

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0  # Python sees a signal that comes just before a wait when the wait ends: so none is longer
RECONNECT_FIRST, RECONNECT_CAP = 0.1, 5.0  # seconds between attempts: doubled from the first to the cap


@dataclass(frozen=True, kw_only=True)
class News:
    """What a wait brought."""

    payloads: tuple[str, ...] = ()
    reconnected: bool = False  # notifications sent while the connection was away are lost


class Listener:
    """A connection of its own that listens on one channel. It reconnects by itself.

    It needs a direct connection: behind a proxy that pools transactions, LISTEN is lost. Raises ValueError for a name
    that PostgreSQL does not take.
    """

    def __init__(self, channel: str, *, using: str = "default") -> None:
        self.channel = checked_channel(channel)
        self._settings = connections[using].copy()
        self._connection: RawConnection | None = None
        self._pause = RECONNECT_FIRST

    def wait(self, stop: Stop, timeout: float | None = None) -> News:
        """Wait for notifications, for the stop, or for `timeout` seconds, whichever is first."""
        try:
            if self._connection is None:
                self._connect()
                return News(reconnected=True)
            payloads = self._receive(self._connection, stop, timeout)
            metrics.heard.labels(self.channel).inc(len(payloads))
            return News(payloads=payloads)
        except (psycopg.OperationalError, DatabaseError) as error:
            logger.warning("listen failed", extra={"channel": self.channel, "error.message": str(error)})
            self.close()
            select.select([stop], [], [], self._pause if timeout is None else min(self._pause, timeout))
            self._pause = min(self._pause * 2, RECONNECT_CAP)
            return News()

    def close(self) -> None:
        """End the connection."""
        self._connection = None
        self._settings.close()

    def _connect(self) -> None:
        self._settings.ensure_connection()
        connection: RawConnection = self._settings.connection
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self.channel)))
        self._connection = connection
        metrics.connected.labels(self.channel).inc()
        self._pause = RECONNECT_FIRST

    def _receive(self, connection: RawConnection, stop: Stop, timeout: float | None) -> tuple[str, ...]:
        pending = tuple(notification.payload for notification in connection.notifies(timeout=0))
        if pending:
            return pending
        end = math.inf if timeout is None else time.monotonic() + timeout
        while not stop.is_set():
            left = min(LOOK_SECONDS, max(0, end - time.monotonic()))
            if select.select([connection.fileno(), stop.fileno()], [], [], left)[0] or left < LOOK_SECONDS:
                break
        return tuple(notification.payload for notification in connection.notifies(timeout=0))


def listen(channel: str, *, stop: Stop, using: str = "default") -> Iterator[str]:
    """Yield payloads sent to a channel until `stop` is set; reconnect by itself.

    What was sent while the connection was away is not delivered: read what you missed from your tables when
    the generator begins, or use `Listener`, which tells of each reconnection.
    """
    listener = Listener(channel, using=using)
    try:
        while not stop.is_set():
            yield from listener.wait(stop).payloads
    finally:
        listener.close()
