"""`python -m master advance_versions`."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from master.outbox.management.telling import Lines, refuse_rest
from master.outbox.repair import RepairRefusedError, advance_versions

QUESTION = (
    "Every version from now on will be above all that were ever given, and every object is sent again to all "
    "clients. Do this after a restore from a backup. Type yes to go on: "
)


class Command(BaseCommand):
    """Make what was restored from a backup newer than what the clients have."""

    help = "After a restore from a backup: set versions above all that were ever given, and send everything again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the first version, and the leave not to ask."""
        parser.add_argument("--to", type=int, help="begin above this version; by default above microseconds since 1970")
        parser.add_argument("--yes", action="store_true", help="do not ask on a terminal")

    def handle(self, *args: Any, to: int | None, yes: bool, **options: Any) -> None:
        """Print where versions begin and how many rows are sent again."""
        if sys.stdin.isatty() and not yes and input(QUESTION).strip() != "yes":
            raise CommandError("Nothing was done.")
        try:
            advanced = advance_versions(to, progress=Lines(self.stdout))
        except RepairRefusedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"versions begin above {advanced.version}")
        self.stdout.write(f"{advanced.rows:,} rows have a new version and are sent again")
        refuse_rest(advanced, "python -m master republish --all")
