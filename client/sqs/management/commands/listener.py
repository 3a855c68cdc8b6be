"""`python -m client listener`."""

import logging
import os
import signal
from typing import Any

from django.core.management.base import BaseCommand

from client.sqs.listener import Listener
from telemetry.health import probe_database, probe_redis
from telemetry.operations_port import open_operations_port
from telemetry.workers import spare_what_is_loaded

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Listen until SIGTERM."""

    help = "Receive changes from this client's SQS queue and hand them to Celery. Any number may run."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or Ctrl-C."""
        listener = Listener()
        spare_what_is_loaded()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: listener.stop.set())
        open_operations_port({"database": probe_database, "redis": probe_redis})
        logger.info("ready")
        all_done = listener.run()
        logger.info("stopped")
        if not all_done:
            logger.warning("hand-over cut off")
            logging.shutdown()
            os._exit(0)  # Python itself would wait for the thread that waits for the broker
