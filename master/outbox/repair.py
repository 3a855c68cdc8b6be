"""Give rows of the outbox new versions: republish, enrol, advance.

Each works in batches of a thousand in the order of the keys, each batch a transaction of its own that waits for no
lock. What somebody holds meanwhile is tried again for some seconds, for it may be rolled back. Killed, each may be
run again; enrolling then goes on where it was.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection
from psycopg import sql

from master.outbox import queries
from master.outbox.batches import BATCH_ROWS, PATIENCE_SECONDS, Progress, Repaired, one, passes, silent
from master.outbox.declare import Replicated, registry
from master.outbox.triggers import matching

SPARE = 1_000_000  # versions that others may be given while the sequence is set by hand
LEAP = 10**12  # more versions than are ever given between a backup and its restore
CEILING = 2**52  # pages count exactly to twice this
NAMED = 5  # unknown keys that a sentence names


class RepairRefusedError(Exception):
    """Cannot be done as asked; the text says why, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Advanced(Repaired):
    """What `advance_versions` did."""

    version: int  # every version from now on is above it


def republish(
    table: str,
    keys: Sequence[str] | None = None,
    *,
    patience: float = PATIENCE_SECONDS,
    progress: Progress = silent,
) -> Repaired:
    """Give the outbox rows of a table, or these keys of it, a new version each, so that all clients get them again.

    What gets a newer version meanwhile by itself is passed over. Tombstones are sent again too. Raises
    RepairRefusedError, and does nothing, when the table or a key is unknown.
    """
    declared(table)
    if keys is not None:
        _refuse_unknown(table, keys)
    (newest,) = one(queries.LAST_GIVEN, {})
    return _republish(table, newest, keys, patience, progress)


def enrol(table: str, *, patience: float = PATIENCE_SECONDS, progress: Progress = silent) -> Repaired:
    """Give the model's rows that match `only` and are not in the outbox a row there, so that all clients get them.

    Raises RepairRefusedError when the table is unknown.
    """
    names = _names(declared(table))
    statement, left = queries.ENROL.format(**names), queries.NOT_ENROLLED.format(**names)

    def batch(after: str | None) -> tuple[int, str | None]:
        rows, last = one(statement, {"table": table, "after": after, "limit": BATCH_ROWS})
        return int(rows), last

    return passes(
        batch,
        lambda: int(one(left, {"table": table})[0]),
        patience=patience,
        progress=partial(progress, table),
    )


def advance_versions(to: int | None = None, *, progress: Progress = silent) -> Advanced:
    """Set the sequence above anything ever issued, then republish every row of every table.

    Raises RepairRefusedError when `to` is not well above what this database has issued, or above what pages count.
    """
    version = start_of_versions(present=int(one(queries.NEWEST_GIVEN, {})[0]), now=time.time_ns() // 1000, to=to)
    one(queries.SET_NEWEST, {"version": version})
    with connection.cursor() as cursor:
        cursor.execute(queries.TABLES)
        tables = [table for (table,) in cursor.fetchall()]  # those that are not declared here too: others know them
    done = [_republish(table, version, None, PATIENCE_SECONDS, progress) for table in tables]
    return Advanced(version=version, rows=sum(each.rows for each in done), held=sum(each.held for each in done))


def not_enrolled(table: str) -> int:
    """Count the model's rows that match `only` and are not in the outbox; it reads the whole table."""
    return int(one(queries.NOT_ENROLLED.format(**_names(declared(table))), {"table": table})[0])


def start_of_versions(*, present: int, now: int, to: int | None) -> int:
    """Return what the sequence is set to: `to`, else microseconds since 1970, or a leap if it is above that already."""
    if to is None:
        return now if now >= present + SPARE else present + LEAP
    if not present + SPARE <= to <= CEILING:
        raise RepairRefusedError(
            f"Versions cannot begin at {to:,}: this database has issued {present:,}. "
            f"Choose a number from {present + SPARE:,} to {CEILING:,}, above every version that a client holds."
        )
    return to


def declared(table: str) -> Replicated:
    """Return a declaration; raise RepairRefusedError when there is none."""
    if table not in registry:
        raise RepairRefusedError(f"{table!r} is not replicated. Declared are: {', '.join(sorted(registry))}.")
    return registry[table]


def _refuse_unknown(table: str, keys: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(queries.KNOWN_KEYS, {"table": table, "keys": [key for key in keys if "\0" not in key]})
        known = {key for (key,) in cursor.fetchall()}
    unknown = sorted(set(keys) - known)
    if unknown:
        more = f" and {len(unknown) - NAMED:,} more" if len(unknown) > NAMED else ""
        named = ", ".join(map(repr, unknown[:NAMED])) + more
        raise RepairRefusedError(
            f"The outbox has no {table} with the key {named}; nothing was done. Spell keys as the database does. "
            f"Rows that are older than the triggers need: python -m master enrol {table}"
        )


def _republish(table: str, newest: int, keys: Sequence[str] | None, patience: float, progress: Progress) -> Repaired:
    params: dict[str, Any] = {"table": table, "newest": newest, "limit": BATCH_ROWS}
    statement, left = queries.REPUBLISH, queries.STILL_OLD
    if keys is not None:
        statement, left, params["keys"] = queries.REPUBLISH_KEYS, queries.STILL_OLD_KEYS, list(keys)

    def batch(after: str | None) -> tuple[int, str | None]:
        rows, last = one(statement, {**params, "after": after})
        return int(rows), last if rows == BATCH_ROWS else None

    return passes(batch, lambda: int(one(left, params)[0]), patience=patience, progress=partial(progress, table))


def _names(declared: Replicated) -> dict[str, str]:
    return {
        "model": sql.Identifier(declared.model._meta.db_table).as_string(None),
        "key": sql.Identifier(str(declared.key_field.column)).as_string(None),
        "key_type": str(declared.key_field.db_type(connection)),
        "matches": matching(declared.model, declared.only, "m").replace("%", "%%"),
    }
