"""`python -m master outbox`."""

from argparse import ArgumentTypeError
from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from master.outbox.pending import PendingRow, Total, known_tables, pending_rows, pending_totals


def _count(word: str) -> int:
    if not word.isdecimal():
        raise ArgumentTypeError(f"{word!r} is not a whole number of 0 or more")
    return int(word)


class Command(BaseCommand):
    """Show what SNS has not accepted yet."""

    help = "Show what is pending: since when, how often it was tried, when it is due again, and with which error."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a table, how many rows, and the form."""
        parser.add_argument("table", nargs="?", help="the name of a replicated table; by default all")
        parser.add_argument("--limit", type=_count, default=20, help="show so many rows, the oldest; by default 20")
        parser.add_argument("--json", action="store_true", help="print one JSON object with `tables` and `rows`")

    def handle(self, *args: Any, table: str | None, limit: int, **options: Any) -> None:
        """Print totals by table, then rows, oldest first."""
        if table and table not in (known := known_tables()):
            raise CommandError(f"{table!r} is not replicated. Known are: {', '.join(known)}.")
        totals, rows = pending_totals(table), pending_rows(table, limit=limit)
        if options["json"]:
            shown = {"tables": [asdict(total) for total in totals], "rows": [asdict(row) for row in rows]}
            self.stdout.write(msgspec.json.encode(shown).decode())
        else:
            self._show(totals, rows)

    def _show(self, totals: list[Total], rows: list[PendingRow]) -> None:
        now = timezone.now()
        if not totals:
            self.stdout.write("nothing is pending")
        for total in totals:
            self.stdout.write(
                f"{total.table}: {total.pending:,} pending, {total.failing:,} with an error, "
                f"the oldest since {_ago(total.since, now)}"
            )
        for row in rows:
            self.stdout.write(
                f"  {row.table}/{row.key} version {row.version}{' (delete)' if row.deleted else ''}, "
                f"since {_ago(row.since, now)}, attempts {row.attempts}, {_due(row.due, now)}"
                + (f": {row.error}" if row.error else "")
            )
        if (left := sum(total.pending for total in totals) - len(rows)) > 0:
            self.stdout.write(f"  … and {left:,} more: --limit {len(rows) + left}")


def _ago(moment: datetime, now: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} ({max((now - moment).total_seconds(), 0):,.0f} s)"


def _due(moment: datetime, now: datetime) -> str:
    seconds = (moment - now).total_seconds()
    return f"due in {seconds:,.0f} s" if seconds > 0 else "due now"
