"""How much this client holds, without counting a million rows while people look."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from client.overview import queries, samples
from client.replication.declare import Replica
from client.replication.models import AppliedRow

COUNTED = 20_000  # rows are counted up to here, in a few milliseconds; beyond, PostgreSQL's estimate is taken


@dataclass(frozen=True, kw_only=True)
class Rows:
    """How many rows of a table are copies of master's."""

    count: int
    exact: bool


def rows_here(replica: Replica) -> Rows:
    """Count the rows that have a key; of a large table return the estimate, local rows included."""
    replicated = replica.model._base_manager.exclude(**{replica.key: None})
    count = replicated[: COUNTED + 1].count()
    if count <= COUNTED:
        return Rows(count=count, exact=True)
    with connection.cursor() as cursor:
        cursor.execute(queries.ESTIMATE, [replica.model._meta.db_table])
        (estimate,) = cursor.fetchone()
    return Rows(count=max(count, int(estimate)), exact=False)  # a table that was never analyzed has none


def newest_versions(tables: Iterable[str]) -> dict[str, int]:
    """Return the newest version that was applied to each table, 0 before the first."""
    known = samples.newest_versions()
    unknown = {table: _newest(table) for table in tables if table not in known}
    if unknown:
        samples.remember_newest(unknown)
    return known | unknown


def _newest(table: str) -> int:
    """Look at all guards of a table: there is no index, since keeping it would slow every change down."""
    return AppliedRow.objects.filter(table=table).aggregate(newest=Max("version"))["newest"] or 0
