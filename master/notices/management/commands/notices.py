"""`python -m master notices`."""

import asyncio
import logging
import os
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from master.notices.server import Notices
from telemetry.health import probe_database, probe_redis
from telemetry.open_files import allow_all_files
from telemetry.operations_port import open_operations_port
from telemetry.workers import spare_what_is_loaded

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
PORT = 8003


class Command(BaseCommand):
    """Serve notices until SIGTERM."""

    help = "Tell the staff, by websockets, what is done in the admin. Any number may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say where to listen."""
        parser.add_argument("--host", default=LOOPBACK, help=f"address to listen on ({LOOPBACK})")
        parser.add_argument(
            "--port", type=int, default=PORT, help=f"port to listen on ({PORT}); 0 for any that is free"
        )

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        """Run until SIGTERM or Ctrl-C."""
        spare_what_is_loaded()
        allow_all_files()
        open_operations_port({"database": probe_database, "redis": probe_redis})
        try:
            asyncio.run(_serve(host, port))
        except (OSError, OverflowError) as error:  # what comes later is met where it comes
            raise CommandError(f"cannot listen on {host}: {error}. Give another --host or --port.") from error
        logger.info("stopped")
        logging.shutdown()
        os._exit(0)  # Python itself would wait for a thread that waits for the database


async def _serve(host: str, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await Notices().run(host, port, stop, lambda port: logger.info("ready", extra={"port": port}))
