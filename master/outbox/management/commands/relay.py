"""`python -m master relay`."""

import logging
from typing import Any

from django.core.management.base import BaseCommand

from master.outbox.metrics import QueueCollector
from master.outbox.relay import run
from master.pg_notify.stop import Stop
from telemetry.health import probe_database, probe_redis
from telemetry.metrics import measure
from telemetry.operations_port import open_operations_port
from telemetry.workers import spare_what_is_loaded

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Relay until SIGTERM."""

    help = "Wait for committed changes and ask Celery to publish them. Any number may run."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or Ctrl-C."""
        stop = Stop.on_signals()
        spare_what_is_loaded()
        measure(QueueCollector())
        open_operations_port({"database": probe_database, "redis": probe_redis}, measures=True)
        logger.info("ready")
        run(stop)
        logger.info("stopped")
