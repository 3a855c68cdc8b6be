"""Every statement of the pull API, under its name. `master.outbox.render.parts` fills the blanks."""

# Keyset: the primary key's index is entered at {after}, wherever that is. Version and state are of one snapshot.
# OFFSET 0 has each row looked up by its key: a planner without statistics would read the whole table instead.
PAGE = """\
SELECT r."key", r.version, m.{pk} IS NOT NULL, {columns}
FROM (SELECT "key", version FROM outbox_row
    WHERE "table" = %(table)s AND "key" > %(after)s AND NOT deleted ORDER BY "key" LIMIT %(limit)s) r
LEFT JOIN LATERAL (SELECT * FROM {model} m WHERE m.{key} = r."key"::{key_type} AND {matches} OFFSET 0) m ON true
ORDER BY r."key" """

TOTAL = """SELECT count(*) FROM outbox_row WHERE "table" = %(table)s AND NOT deleted"""

# Whether each text is a key as the database itself writes it; fails for one that is none at all.
SPELLED = """SELECT k."key", k."key"::{key_type}::text = k."key" FROM unnest(%(keys)s::text[]) k ("key")"""

MISSING = """\
SELECT k."key" FROM unnest(%(keys)s::text[]) k ("key")
WHERE NOT EXISTS (SELECT FROM outbox_row r WHERE r."table" = %(table)s AND r."key" = k."key")"""

PATIENCE = "SET LOCAL lock_timeout = '2s'"

# Gives a key that is not in the outbox a version: of a row that is there, or of a tombstone. One key a transaction:
# whoever holds one and waits for another could deadlock with a writer.
ENROL = """\
INSERT INTO outbox_row ("table", "key", version, deleted, changed_at, published, due_at, attempts, error)
SELECT %(table)s, k."key", nextval('outbox_version'), m.{pk} IS NULL, clock_timestamp(), 0, clock_timestamp(), 0, ''
FROM (VALUES (%(key)s::text)) k ("key") LEFT JOIN {model} m ON m.{key} = k."key"::{key_type} AND {matches}
ON CONFLICT DO NOTHING"""

# Sums up the rows that are there, bucket by bucket; buckets without rows are not among them.
DIGESTS = """\
SELECT d.bucket, d.rows, {sum}
FROM (SELECT {bucket} AS bucket, count(*) AS rows, bit_xor({digest}) AS sum
    FROM {model} m WHERE {matches} GROUP BY 1) d"""

# In the order of the keys' characters, which both sides have, whatever their databases' collations are.
DIGEST_ROWS = """\
SELECT m.{key}::text, r.version, {digest}
FROM {model} m LEFT JOIN outbox_row r ON r."table" = %(table)s AND r."key" = m.{key}::text
WHERE {matches} AND {bucket} = ANY(%(buckets)s)
ORDER BY m.{key}::text COLLATE "C" """
