"""What became of a batch is counted."""

from datetime import UTC, datetime, timedelta

from client.replication import metrics
from client.replication.changes import Applied, RowChange
from client.replication.report import report, time_lag
from tests.client.counting import counted


def change(*, age: float | None = None, repeated: bool = False) -> RowChange:
    changed_at = None if age is None else datetime.now(UTC) - timedelta(seconds=age)
    return RowChange(op="upsert", key="1", version=1, row={}, changed=(), changed_at=changed_at, repeated=repeated)


def test_applied_repeated_ignored_and_set_aside_are_counted_by_table() -> None:
    applied = Applied(changes=[change(), change(), change(repeated=True)], ignored=4, aside=5)
    with (
        counted("replication_applied_total", table="things") as written,
        counted("replication_repeated_total", table="things") as repeated,
        counted("replication_stale_total", table="things") as ignored,
        counted("replication_set_aside_total", table="things") as aside,
        counted("replication_applied_total", table="users") as others,
    ):
        report("things", applied)
    assert (written(), repeated(), ignored(), aside(), others()) == (2, 1, 4, 5, 0)


def test_the_way_of_the_oldest_change_from_master_to_the_commit_here_is_timed() -> None:
    with (
        counted("replication_lag_seconds_count", table="things") as count,
        counted("replication_lag_seconds_sum", table="things") as seconds,
    ):
        for changes in (
            [change(age=2), change(age=1), change(age=100, repeated=True), change()],
            [change(age=100, repeated=True), change()],
            [change(age=-5)],
        ):
            time_lag(metrics.lag, "things", Applied(changes=changes))
    assert count() == 2  # not what is told again, and not what does not say when it was changed
    assert 2 <= seconds() < 3  # a clock that goes wrong does not count below zero
