"""`python -m master enrol`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from master.outbox.management.telling import Lines, refuse_rest
from master.outbox.repair import RepairRefusedError, enrol


class Command(BaseCommand):
    """Send rows that are older than the triggers."""

    help = "Give the rows of a table that were there before its triggers a first version. May be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a table."""
        parser.add_argument("table", help="the name of a replicated table, such as users")

    def handle(self, *args: Any, table: str, **options: Any) -> None:
        """Print how many rows were enrolled."""
        try:
            enrolled = enrol(table, progress=Lines(self.stdout))
        except RepairRefusedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{table}: {enrolled.rows:,} rows are new in the outbox and are sent")
        refuse_rest(enrolled, f"python -m master enrol {table}")
