"""Every statement that the publisher sends to the outbox, under its name."""

# Rows of tables that are not declared here are left alone: newer workers of a deployment under way know them.
DUE_COUNT = """\
SELECT count(*) FROM (
    SELECT FROM outbox_row WHERE published < version AND due_at <= clock_timestamp() AND "table" = ANY(%(tables)s)
    LIMIT %(limit)s) due"""

PENDING = """\
SELECT count(*), count(*) FILTER (WHERE error <> ''),
    coalesce(extract(epoch FROM clock_timestamp() - min(changed_at)), 0)::float
FROM outbox_row WHERE published < version"""

# Takes due rows under a lease. A row that a writer holds is skipped: its new version will be claimed later.
# A locked row stays where it is, so its place finds it again without a second search.
CLAIM = """\
WITH due AS MATERIALIZED (
    SELECT ctid FROM outbox_row
    WHERE published < version AND due_at <= clock_timestamp() AND "table" = ANY(%(tables)s)
    ORDER BY due_at, version LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE outbox_row r SET due_at = clock_timestamp() + make_interval(secs => %(seconds)s), attempts = attempts + 1
WHERE r.ctid = ANY(ARRAY(SELECT ctid FROM due)) RETURNING r."table", r."key" """

# Reads version and state of claimed objects in one snapshot. {model} is the model's table, {matches} its filter.
# OFFSET 0 has each row looked up by its key: a planner without statistics would read the whole table instead.
RENDER = """\
SELECT r."key", r.version, r.attempts, r.changed_at, m.{pk} IS NOT NULL, {columns}
FROM unnest(%(keys)s::text[]::{key_type}[]) k ("key")
CROSS JOIN LATERAL (
    SELECT * FROM outbox_row WHERE "table" = %(table)s AND outbox_row."key" = k."key"::text OFFSET 0) r
LEFT JOIN LATERAL (SELECT * FROM {model} m WHERE m.{key} = k."key" AND {matches} OFFSET 0) m ON true
ORDER BY r.version"""

# The rows of a batch, as far as no writer holds them. A row that is skipped here is sent again after its lease.
_FREE = """\
WITH free AS MATERIALIZED (
    SELECT r.ctid, b.version, b.error, b.pause
    FROM unnest(%(tables)s::text[], %(keys)s::text[], %(versions)s::bigint[], %(errors)s::text[],
        %(pauses)s::interval[]) b ("table", "key", version, error, pause)
    CROSS JOIN LATERAL (
        SELECT ctid FROM outbox_row WHERE "table" = b."table" AND "key" = b."key" OFFSET 0
        FOR UPDATE SKIP LOCKED) r)
"""

ACCEPTED = f"""{_FREE}
UPDATE outbox_row r SET published = greatest(r.published, free.version)
FROM free WHERE r.ctid = free.ctid"""

REFUSED = f"""{_FREE}
UPDATE outbox_row r SET error = free.error, due_at = clock_timestamp() + free.pause
FROM free WHERE r.ctid = free.ctid AND r.version = free.version"""

# What an outage hit is due again after the breaker's pause, and the attempt does not count.
POSTPONED = f"""{_FREE}
UPDATE outbox_row r SET error = free.error, due_at = clock_timestamp() + free.pause, attempts = r.attempts - 1
FROM free WHERE r.ctid = free.ctid AND r.version = free.version"""
