"""`python -m master republish`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from master.outbox.declare import registry
from master.outbox.management.telling import Lines, refuse_rest
from master.outbox.repair import RepairRefusedError, republish


class Command(BaseCommand):
    """Send the state of objects again, to all clients."""

    help = "Give objects new versions, so that all clients get their state again, deletes included."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a table and keys, or all tables."""
        parser.add_argument("table", nargs="?", help="the name of a replicated table, such as users")
        parser.add_argument("keys", nargs="*", metavar="key", help="these objects only")
        parser.add_argument("--all", action="store_true", help="every replicated table")

    def handle(self, *args: Any, table: str | None, keys: list[str], **options: Any) -> None:
        """Print how many objects of each table were given a new version."""
        if (table is None) != options["all"]:
            raise CommandError("Name a table, and keys if not all of it is meant; or say --all for every table.")
        for each in [table] if table else list(registry):
            self._republish(each, keys)

    def _republish(self, table: str, keys: list[str]) -> None:
        try:
            repaired = republish(table, keys or None, progress=Lines(self.stdout))
        except RepairRefusedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{table}: {repaired.rows:,} rows have a new version and are sent again")
        refuse_rest(repaired, " ".join(["python -m master republish", table, *keys]))
