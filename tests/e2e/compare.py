"""What a client holds against what master has: rows missing, wrong, extra. Also for tests of faults and the soak."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg

FIELDS = "username, first_name, last_name, email, is_active"
ON_MASTER = f"SELECT uid::text, {FIELDS} FROM users_user WHERE NOT is_staff"  # noqa: S608 - constants
# A row with a key is a copy, or claims to be one; one without is the client's own.
ON_CLIENT = f"SELECT uid::text, {FIELDS} FROM users_user WHERE uid IS NOT NULL"  # noqa: S608 - constants
VERSIONS = 'SELECT "key", version FROM outbox_row WHERE "table" = \'users\''
GUARDS = 'SELECT "key", version FROM replication_applied_row WHERE "table" = \'users\''
PENDING = "SELECT \"key\" || ' v' || version || ' ' || error FROM outbox_row WHERE published < version"
SHOWN = 5  # differences of each kind that a message shows

Rows = dict[str, tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How a client differs from master at one moment."""

    missing: list[str] = field(default_factory=list)  # keys that only master has
    wrong: list[str] = field(default_factory=list)  # keys, and how their rows differ
    extra: list[str] = field(default_factory=list)  # keys that only the client has
    behind: list[str] = field(default_factory=list)  # keys whose newest version was not applied; tombstones as well
    pending: list[str] = field(default_factory=list)  # what master has not published

    @property
    def counts(self) -> tuple[int, int, int]:
        """Rows missing, wrong, extra."""
        return len(self.missing), len(self.wrong), len(self.extra)

    @property
    def is_equal(self) -> bool:
        """Whether the client has all that master has, in its newest version."""
        return self.counts == (0, 0, 0) and not self.behind

    def __str__(self) -> str:
        return "; ".join(self._lines()) or "equal"

    def _lines(self) -> Iterator[str]:
        for name in ("missing", "wrong", "extra", "behind", "pending"):
            if keys := getattr(self, name):
                yield f"{len(keys)} {name}: {', '.join(keys[:SHOWN])}"


def compare(master_url: str, client_url: str) -> Difference:
    """Compare the users of a client with those of master."""
    with psycopg.connect(client_url) as client:
        held, guards = _rows(client, ON_CLIENT), _rows(client, GUARDS)
    with psycopg.connect(master_url) as master:
        truth, versions = _rows(master, ON_MASTER), _rows(master, VERSIONS)
        pending = [str(line) for (line,) in master.execute(PENDING)]
    return Difference(
        missing=sorted(truth.keys() - held.keys()),
        wrong=[f"{key} {held[key]}, not {row}" for key, row in truth.items() if key in held and held[key] != row],
        extra=sorted(held.keys() - truth.keys()),
        behind=[f"{key} at {guards.get(key)}, not {row}" for key, row in versions.items() if guards.get(key) != row],
        pending=pending,
    )


def _rows(connection: psycopg.Connection, query: str) -> Rows:
    return {key: tuple(row) for key, *row in connection.execute(query)}
