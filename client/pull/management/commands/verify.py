"""`python -m client verify`."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from client.pull.arguments import seconds, table_named
from client.pull.errors import MasterError
from client.pull.reporting import JsonReport, Report, TextReport
from client.pull.verify import verify

SHOWN = 20  # keys of each kind
WATCH_SECONDS = 60.0


class Command(BaseCommand):
    """Compare, report, and repair where it is asked for."""

    help = (
        "Compare a table with master: which rows are missing, stale, extra, edited locally, or set aside because a "
        "local row has their value. Exit code 0: equal, or repaired; 1: different."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what may be asked for."""
        parser.add_argument("table", help="its name on the wire, such as users")
        parser.add_argument("--repair", action="store_true", help="ask master again and apply what it answers")
        parser.add_argument(
            "--force", action="store_true", help="with --repair: remove more than 5 %% of the rows, too"
        )
        parser.add_argument(
            "--watch", nargs="?", type=seconds, const=WATCH_SECONDS, metavar="SECONDS", help="again and again"
        )
        parser.add_argument("--verbose", action="store_true", help=f"show all keys, not only {SHOWN} of each kind")
        parser.add_argument("--json", action="store_true", help="write JSON lines: every difference, then the sum")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once, or until Ctrl-C."""
        table = table_named(options["table"])
        if options["force"] and not options["repair"]:
            raise CommandError("--force does something with --repair only.")
        equal = False
        try:
            equal = self._verify(table, options)
            while options["watch"] is not None:
                time.sleep(options["watch"])
                close_old_connections()  # one that broke meanwhile is opened anew
                equal = self._verify(table, options)
        except KeyboardInterrupt:
            self.stderr.write("stopped")
        if not equal:
            sys.exit(1)

    def _verify(self, table: str, options: dict[str, Any]) -> bool:
        write, most = self.stdout.write, None if options["verbose"] else SHOWN
        report: Report = JsonReport(write) if options["json"] else TextReport(write, most)
        try:
            outcome = verify(table, mend=options["repair"], force=options["force"], show=report.show)
        except (MasterError, DatabaseError, RedisError, BrokerError) as error:
            sentence = f"{table} cannot be verified: {_why(error)}."
            if options["watch"] is None:
                raise CommandError(sentence) from error
            self.stderr.write(sentence)
            return False
        report.end(outcome, repaired=options["repair"])
        return outcome.equal


def _why(error: Exception) -> str:
    """Return what went wrong, on one line and without a full stop."""
    said = " ".join(str(error).split()).rstrip(".")
    if isinstance(error, MasterError):
        return said
    if isinstance(error, DatabaseError):
        return f"this client's database does not do it: {said}"
    return f"Redis does not answer, so nobody could be told: {said}. Run it again when it is there"
