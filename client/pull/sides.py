"""Both sides of a table as digests, asked for at the same time."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from django.db import connection

from client.pull.compare import Row, Sum
from client.pull.errors import MasterRefusedError, MasterUnreachableError
from client.pull.http import Query, asked
from client.pull.queries import Sums
from client.replication.declare import Replica
from wire.snapshot import BucketDigest, RowDigest, decode_lines

Line = TypeVar("Line", bound=msgspec.Struct)
Here = TypeVar("Here")
There = TypeVar("There")

BAD_REQUEST = 400


@dataclass(frozen=True)
class Sides:
    """One table on master and here, by the fields that both declare."""

    replica: Replica
    fields: tuple[str, ...]

    def sums(self) -> tuple[dict[int, Sum], dict[int, Sum]]:
        """Return what master and this client have in each bucket."""
        return both(self._sums_there, self._sums_here)

    def rows(self, buckets: Sequence[int]) -> tuple[dict[str, Row], dict[str, Row]]:
        """Return what master and this client have in some buckets, row by row."""
        return both(lambda: self._rows_there(buckets), lambda: self._rows_here(buckets))

    def _sums_there(self) -> dict[int, Sum]:
        lines = self._ask("digests/", [], BucketDigest)
        return {line.bucket: Sum(count=line.count, digest=line.digest) for line in lines}

    def _rows_there(self, buckets: Sequence[int]) -> dict[str, Row]:
        lines = self._ask("digests/rows", [("buckets", ",".join(map(str, buckets)))], RowDigest)
        return {line.key: Row(line.version, line.digest) for line in lines}

    def _ask(self, path: str, query: Query, kind: type[Line]) -> Iterator[Line]:
        try:
            with asked(self.replica.table, path, [*query, ("fields", ",".join(self.fields))], sums=True) as (answer, _):
                yield from decode_lines(answer, kind)
        except msgspec.MsgspecError as error:
            raise MasterUnreachableError(f"master's answer cannot be read: {error}") from error

    def _sums_here(self) -> dict[int, Sum]:
        found = self._read(Sums(self.replica, self.fields).buckets)
        return {bucket: Sum(count=count, digest=digest) for bucket, count, digest in found}

    def _rows_here(self, buckets: Sequence[int]) -> dict[str, Row]:
        found = self._read(Sums(self.replica, self.fields).rows, buckets=list(buckets))
        return {key: Row(version, digest) for key, version, digest in found}

    def _read(self, statement: str, **params: Any) -> Iterator[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"table": self.replica.table, **params})
            yield from cursor


def first_sums(replica: Replica) -> tuple[Sides, dict[int, Sum], dict[int, Sum]]:
    """Return both sides' sums of all buckets, and the sides by those fields that both know."""
    sides = Sides(replica, replica.fields)
    try:
        return (sides, *sides.sums())
    except MasterRefusedError as error:
        shared = tuple(name for name in replica.fields if name in error.fields)
        if error.status != BAD_REQUEST or not shared or shared == replica.fields:
            raise
    sides = Sides(replica, shared)
    return (sides, *sides.sums())


def both(there: Callable[[], There], here: Callable[[], Here]) -> tuple[There, Here]:
    """Ask master in a thread while this client's database works in this one."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="verify") as pool:
        asked_there = pool.submit(there)
        found_here = here()
        return asked_there.result(), found_here
