"""LISTEN and NOTIFY of PostgreSQL: a function, a generator, and the command `pg_listen`."""

from master.pg_notify.listener import Listener, News, listen
from master.pg_notify.send import notify
from master.pg_notify.stop import Stop

__all__ = ["Listener", "News", "Stop", "listen", "notify"]
