"""Every statement that the publisher sends to the outbox, under its name."""

from master.outbox.trace import TRACEPARENT

# Rows of tables that are not declared here are left alone: newer workers of a deployment under way know them.
# The CASE, of which a planner without statistics thinks that it lets half the rows pass, has it read the index of
# pending rows in its order up to the limit, and not look all rows up by their table, which most of them share.
_DUE = """\
published < version AND due_at <= statement_timestamp() AND CASE WHEN "table" = ANY(%(tables)s) THEN true END"""

DUE_COUNT = f"SELECT count(*) FROM (SELECT FROM outbox_row WHERE {_DUE} ORDER BY due_at, version LIMIT %(limit)s) due"

# A new version comes without an error, and says nothing of `refused`.
_IS_REFUSED = "refused AND error <> ''"

# The oldest of those that could go: one that is refused for what it holds, for days perhaps, hides no standstill.
PENDING = f"""\
SELECT count(*), count(*) FILTER (WHERE {_IS_REFUSED}),
    coalesce(extract(epoch FROM clock_timestamp() - min(changed_at) FILTER (WHERE NOT ({_IS_REFUSED}))), 0)::float
FROM outbox_row WHERE published < version"""

# Takes due rows under a lease. A row that a writer holds is skipped: its new version will be claimed later.
# A locked row stays where it is, so its place finds it again without a second search.
CLAIM = f"""\
WITH due AS MATERIALIZED (
    SELECT ctid FROM outbox_row WHERE {_DUE}
    ORDER BY due_at, version LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE outbox_row r SET due_at = clock_timestamp() + make_interval(secs => %(seconds)s), attempts = attempts + 1
WHERE r.ctid = ANY(ARRAY(SELECT ctid FROM due)) RETURNING r."table", r."key" """

# Reads version and state of claimed objects in one snapshot. {model} is the model's table, {matches} its filter.
# OFFSET 0 has each row looked up by its key: a planner without statistics would read the whole table instead.
RENDER = """\
SELECT r."key", r.version, r.attempts, r.changed_at, r.traceparent, m.{pk} IS NOT NULL, {columns}
FROM jsonb_array_elements_text(%(keys)s) k ("key")
CROSS JOIN LATERAL (
    SELECT * FROM outbox_row WHERE "table" = %(table)s AND outbox_row."key" = k."key" OFFSET 0) r
LEFT JOIN LATERAL (SELECT * FROM {model} m WHERE m.{key} = k."key"::{key_type} AND {matches} OFFSET 0) m ON true
ORDER BY r.version"""

# The rows of a batch, as far as no writer holds them. A row that is skipped here is sent again after its lease.
_FREE = """\
WITH free AS MATERIALIZED (
    SELECT r.ctid, b.version, b.error, b.refused, b.pause
    FROM jsonb_to_recordset(%(verdicts)s)
        b ("table" text, "key" text, version bigint, error text, refused boolean, pause interval)
    CROSS JOIN LATERAL (
        SELECT ctid FROM outbox_row WHERE "table" = b."table" AND "key" = b."key" OFFSET 0
        FOR UPDATE SKIP LOCKED) r)
"""
# What was refused stays so in an outage: it would be refused again.
_SET_BACK = """\
error = free.error, refused = free.refused OR (r.refused AND r.error <> ''), due_at = clock_timestamp() + free.pause"""
_OF_FREE = "FROM free WHERE r.ctid = ANY(ARRAY(SELECT ctid FROM free)) AND r.ctid = free.ctid"

ACCEPTED = f"""{_FREE}
UPDATE outbox_row r SET published = greatest(r.published, free.version)
{_OF_FREE}"""

REFUSED = f"""{_FREE}
UPDATE outbox_row r SET {_SET_BACK}
{_OF_FREE} AND r.version = free.version"""

# What an outage hit is due again after the breaker's pause, and the attempt does not count.
POSTPONED = f"""{_FREE}
UPDATE outbox_row r SET {_SET_BACK}, attempts = r.attempts - 1
{_OF_FREE} AND r.version = free.version"""


# What follows is for the commands that repair and report.

LAST_GIVEN = "SELECT last_value FROM outbox_version"

# A restore of data alone leaves the sequence behind the rows.
NEWEST_GIVEN = "SELECT greatest(last_value, (SELECT max(version) FROM outbox_row)) FROM outbox_version"

SET_NEWEST = "SELECT setval('outbox_version', %(version)s)"

# First statement of a transaction whose writes must never fail, or fail others, by a serialization failure.
READ_COMMITTED = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"

# Each table's name by one look into the primary key, however many rows there are.
TABLES = """\
WITH RECURSIVE t ("table") AS (
    (SELECT "table" FROM outbox_row ORDER BY "table" LIMIT 1)
    UNION ALL
    SELECT (SELECT "table" FROM outbox_row WHERE "table" > t."table" ORDER BY "table" LIMIT 1)
    FROM t WHERE t."table" IS NOT NULL)
SELECT "table" FROM t WHERE "table" IS NOT NULL"""

KNOWN_KEYS = """SELECT "key" FROM outbox_row WHERE "table" = %(table)s AND "key" = ANY(%(keys)s)"""

_OLD = """"table" = %(table)s AND version <= %(newest)s"""

# Gives a batch of rows a new version. A row that somebody holds is skipped, so that this transaction, which holds
# up to a thousand others, waits for nobody: who never waits is in no deadlock, and aborts nobody.
_REPUBLISH = """\
WITH batch AS (
    SELECT "table", "key" FROM outbox_row
    WHERE {old} AND (%(after)s::text IS NULL OR "key" > %(after)s)
    ORDER BY "key" LIMIT %(limit)s FOR UPDATE SKIP LOCKED),
raised AS (
    UPDATE outbox_row r SET version = nextval('outbox_version'), changed_at = clock_timestamp(),
        due_at = clock_timestamp(), attempts = 0, error = '', traceparent = {traceparent}
    FROM batch WHERE r."table" = batch."table" AND r."key" = batch."key" RETURNING r."key")
SELECT count(*), max("key") FROM raised"""

_CHOSEN = f"""{_OLD} AND "key" = ANY(%(keys)s)"""

REPUBLISH = _REPUBLISH.format(old=_OLD, traceparent=TRACEPARENT)
REPUBLISH_KEYS = _REPUBLISH.format(old=_CHOSEN, traceparent=TRACEPARENT)

STILL_OLD = f"SELECT count(*) FROM outbox_row WHERE {_OLD}"
STILL_OLD_KEYS = f"SELECT count(*) FROM outbox_row WHERE {_CHOSEN}"

_NOT_ENROLLED = """\
NOT EXISTS (SELECT FROM outbox_row r WHERE r."table" = %(table)s AND r."key" = {alias}.{key}::text)"""

# Rows of a model that the outbox does not know. {model} is the model's table, {matches} its filter.
NOT_ENROLLED = f"""\
SELECT count(*) FROM {{model}} m WHERE {{matches}} AND {_NOT_ENROLLED.format(alias="m", key="{key}")}"""

# Enrols what is missing among the next thousand rows of a model. Their own rows are locked first, as a writer does:
# * One that a writer holds is skipped. So no open transaction has an outbox row of these keys, and the INSERT waits
#   for no writer; nor does a writer of such a row come in between.
# * One that was deleted since the statement began is not there to be locked: no ghost is enrolled. Should one come in
#   by another way, still none travels: rendering joins the model, and what that does not have is sent as a delete.
ENROL = f"""\
WITH page AS (
    SELECT m.{{key}} AS k FROM {{model}} m
    WHERE {{matches}} AND (%(after)s::text IS NULL OR m.{{key}} > %(after)s::{{key_type}})
    ORDER BY m.{{key}} LIMIT %(limit)s),
free AS (
    SELECT m.{{key}}::text AS k FROM page JOIN {{model}} m ON m.{{key}} = page.k AND {{matches}}
    WHERE {_NOT_ENROLLED.format(alias="page", key="k")}
    ORDER BY m.{{key}} FOR NO KEY UPDATE OF m SKIP LOCKED),
enrolled AS (
    INSERT INTO outbox_row ("table", "key", version, deleted, changed_at, published, due_at, attempts, error)
    SELECT %(table)s, free.k, nextval('outbox_version'), false, clock_timestamp(), 0, clock_timestamp(), 0, ''
    FROM free ON CONFLICT DO NOTHING RETURNING 1)
SELECT (SELECT count(*) FROM enrolled), (SELECT k::text FROM page ORDER BY k DESC LIMIT 1)"""

_PENDING_OF = """published < version AND (%(table)s::text IS NULL OR "table" = %(table)s)"""

PENDING_ROWS = f"""\
SELECT "table", "key", version, published, deleted, changed_at, attempts, due_at, error FROM outbox_row
WHERE {_PENDING_OF} ORDER BY changed_at, "table", "key" LIMIT %(limit)s"""

PENDING_TOTALS = f"""\
SELECT "table", count(*), count(*) FILTER (WHERE error <> ''), min(changed_at), min(due_at) FROM outbox_row
WHERE {_PENDING_OF} GROUP BY "table" ORDER BY "table" """


# The capturing triggers of every visible table, whoever installed them; django-pgtrigger's comment is a hash.
INSTALLED_TRIGGERS = """\
SELECT c.relname, t.tgname, coalesce(obj_description(t.oid, 'pg_trigger'), ''), p.prosrc, t.tgenabled IN ('O', 'A')
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)
    AND t.tgname ~ '^pgtrigger_(capture_(insert|update|delete)|refuse_truncate)_'"""

DEFAULT_ISOLATION = "SHOW default_transaction_isolation"

# For the lists of the admin and for the metrics. Of `published < version` the planner assumes that a third of all rows
# match, and would rather read the whole table than the index in which there may be none.
NO_SEQUENTIAL_SCANS = "SET LOCAL enable_seqscan = off"
