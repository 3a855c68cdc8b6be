"""`python -m master pg_listen CHANNEL`."""

import logging
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections

from master.pg_notify.listener import Listener
from master.pg_notify.stop import Stop

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Print what is sent to a channel until SIGTERM or Ctrl-C."""

    help = (
        "Print the payloads sent to a channel of PostgreSQL as they come, each followed by the end of a line. "
        "What was sent while nobody listened is not printed. Ends by SIGTERM or Ctrl-C."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the channel."""
        parser.add_argument("channel", help="its name, as it was given to notify(); capitals matter")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections))

    def handle(self, *args: Any, channel: str, database: str, **options: Any) -> None:
        """Listen, and listen again when the connection was lost."""
        try:
            listener = Listener(channel, using=database)
        except ValueError as error:
            raise CommandError(f"{error}. Give another name.") from error
        with Stop.on_signals() as stop:
            try:
                while not stop.is_set():
                    self._print_next(listener, stop)
            except BrokenPipeError:  # who read it has gone, such as `head`
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            finally:
                listener.close()

    def _print_next(self, listener: Listener, stop: Stop) -> None:
        news = listener.wait(stop)
        if news.reconnected:
            logger.info("listening", extra={"channel": listener.channel})
        for payload in news.payloads:
            self.stdout.write(f"{payload}\n", ending="")
            self.stdout.flush()
