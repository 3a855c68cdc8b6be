"""Digests of the rows that are there, computed by the database."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import starmap

from django.db import connection

from master.outbox.declare import Replicated
from master.outbox.render import parts, quoted
from master.snapshot import queries
from wire.digests import BUCKETS, bucket_sql, hexadecimal_sql, row_digest_sql
from wire.snapshot import BucketDigest, RowDigest

CHUNK_ROWS = 1_000
NOTHING = "0" * 16


def of_buckets(declared: Replicated, fields: Sequence[str]) -> list[BucketDigest]:
    """Return the digest of each bucket, also of those without rows."""
    filled = {**_expressions(declared, fields), "sum": hexadecimal_sql("d.sum")}
    with connection.cursor() as cursor:
        cursor.execute(queries.DIGESTS.format(**filled), {})
        found = {bucket: (rows, digest) for bucket, rows, digest in cursor.fetchall()}
    sums = ((bucket, *found.get(bucket, (0, NOTHING))) for bucket in range(BUCKETS))
    return [BucketDigest(bucket=bucket, count=rows, digest=digest) for bucket, rows, digest in sums]


def of_rows(declared: Replicated, buckets: Sequence[int], fields: Sequence[str]) -> Iterator[list[RowDigest]]:
    """Yield the digests of the rows in these buckets, ordered by key, in chunks.

    The cursor is on the server. Outside a transaction it outlives its own (WITH HOLD), so a client that reads slowly
    keeps no snapshot open.
    """
    filled = _expressions(declared, fields)
    query = queries.DIGEST_ROWS.format(**{**filled, "digest": hexadecimal_sql(filled["digest"])})
    with closing(connection.chunked_cursor()) as cursor:
        cursor.execute(query, {"table": declared.table, "buckets": list(buckets)})
        while found := cursor.fetchmany(CHUNK_ROWS):
            yield list(starmap(_row, found))


def _row(key: str, version: int | None, digest: str) -> RowDigest:
    return RowDigest(key=key, version=version, digest=digest)


def _expressions(declared: Replicated, fields: Sequence[str]) -> dict[str, str]:
    blanks = parts(declared.table)
    key = f"m.{blanks['key']}::text"
    chosen = [declared.model._meta.get_field(name) for name in fields]
    columns = [(f"m.{quoted(field.column)}", str(field.db_type(connection))) for field in chosen]  # type: ignore[union-attr]
    escaped = {"bucket": bucket_sql(key).replace("%", "%%"), "digest": row_digest_sql([(key, "text"), *columns])}
    return {**blanks, **escaped}
