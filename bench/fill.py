"""Many users that are equal on both sides, made by SQL in a minute instead of by the whole way."""

from typing import Any

import psycopg

from bench.projects import client_database
from stack.stack import Stack

BLOCK = 100_000

# No trigger fires: what they would capture is written below.
_SILENTLY = "SET session_replication_role = replica"

_MASTER = """\
WITH made AS (
    INSERT INTO users_user (uid, username, first_name, last_name, email, password, is_active, is_staff, is_superuser,
        date_joined)
    SELECT md5('filled ' || i)::uuid, 'filled-' || i, 'First ' || i, 'Last ' || i, i || '@example.org', '', true, false,
        false, now()
    FROM generate_series(%(first)s::integer, %(last)s::integer) i RETURNING uid)
INSERT INTO outbox_row ("table", key, version, deleted, changed_at, published, due_at, attempts, error)
SELECT 'users', uid::text, v, false, now(), v, now(), 1, ''
FROM (SELECT uid, nextval('outbox_version') v FROM made OFFSET 0) versions"""

_CLIENT = """\
INSERT INTO users_user (uid, username, first_name, last_name, email, password, is_active, is_staff, is_superuser,
    date_joined, status)
SELECT md5('filled ' || i)::uuid, 'filled-' || i, 'First ' || i, 'Last ' || i, i || '@example.org', '', true, false,
    false, now(), ''
FROM generate_series(%(first)s::integer, %(last)s::integer) i"""

_GUARDS = 'COPY replication_applied_row ("table", key, version, deleted, applied_at) FROM STDIN'
_VERSIONS = """\
COPY (SELECT "table", key, version, deleted, changed_at FROM outbox_row r JOIN users_user u ON u.uid::text = r.key
      WHERE u.username LIKE 'filled-%' AND r.version > {above}) TO STDOUT"""


def fill(stack: Stack, count: int) -> None:
    """Let both sides have at least `count` such users; those that are there stay."""
    with _master_database(stack) as master, client_database(stack) as client:
        (held,) = _one(client, "SELECT count(*) FROM users_user WHERE username LIKE 'filled-%'")
        (above,) = _one(master, "SELECT last_value - (NOT is_called)::integer FROM outbox_version")
        for side in (master, client):
            side.execute(_SILENTLY)
        for first in range(held + 1, count + 1, BLOCK):
            block = {"first": first, "last": min(first + BLOCK - 1, count)}
            master.execute(_MASTER, block)
            client.execute(_CLIENT, block)
        with master.cursor().copy(_VERSIONS.format(above=above)) as read, client.cursor().copy(_GUARDS) as written:
            for data in read:
                written.write(data)
        for side, table in ((master, "outbox_row"), (client, "replication_applied_row")):
            side.execute(f"VACUUM ANALYZE users_user, {table}")


def empty_client(stack: Stack) -> None:
    """Take all replicas from the client, as if it were new."""
    with client_database(stack) as client:
        client.execute(_SILENTLY)
        client.execute("DELETE FROM users_user WHERE uid IS NOT NULL")
        client.execute("DELETE FROM replication_applied_row")
        client.execute("VACUUM users_user, replication_applied_row")


def damage(stack: Stack, count: int) -> None:
    """Edit some rows on the client behind replication's back."""
    with client_database(stack) as client:
        client.execute(_SILENTLY)
        client.execute(
            "UPDATE users_user SET last_name = 'damaged' WHERE id IN (SELECT id FROM users_user WHERE uid IS NOT NULL "
            "ORDER BY md5(id::text) LIMIT %s)",
            [count],
        )


def _master_database(stack: Stack) -> "psycopg.Connection[Any]":
    return psycopg.connect(stack.env("master")["DATABASE_URL"], autocommit=True)


def _one(connection: "psycopg.Connection[Any]", query: str) -> tuple[Any, ...]:
    return connection.execute(query).fetchone() or (0,)
