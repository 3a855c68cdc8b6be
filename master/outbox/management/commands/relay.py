"""`python -m master relay`."""

import logging
from typing import Any

from django.core.management.base import BaseCommand

from master.outbox.relay import run
from master.pg_notify.stop import Stop

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Relay until SIGTERM."""

    help = "Wait for committed changes and ask Celery to publish them. Any number may run."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or Ctrl-C."""
        stop = Stop.on_signals()
        logger.info("ready")
        run(stop)
        logger.info("stopped")
