"""`python -m client listener`."""

import logging
import signal
from typing import Any

from django.core.management.base import BaseCommand

from client.sqs.listener import Listener

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Listen until SIGTERM."""

    help = "Receive changes from this client's SQS queue and hand them to Celery. Any number may run."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or Ctrl-C."""
        listener = Listener()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: listener.stop.set())
        logger.info("ready")
        listener.run()
        logger.info("stopped")
