"""What the commands of the outbox print."""

from django.core.management.base import CommandError, OutputWrapper

from master.outbox.batches import PATIENCE_SECONDS, Repaired

EVERY_ROWS = 10_000  # between lines of progress


class Lines:
    """Prints a line of progress for every ten thousand rows of a table."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._told: dict[str, int] = {}

    def __call__(self, table: str, rows: int) -> None:
        """Take note of how many rows of a table are done."""
        if rows - self._told.get(table, 0) >= EVERY_ROWS:
            self._told[table] = rows
            self._out.write(f"{table}: {rows:,} rows so far")
            self._out.flush()


def refuse_rest(repaired: Repaired, again: str) -> None:
    """Raise CommandError when rows are left over."""
    if repaired.held:
        raise CommandError(
            f"{repaired.held:,} rows were held by other transactions for more than {PATIENCE_SECONDS:.0f} s and were "
            f"left as they are. When those have ended, run again: {again}"
        )
