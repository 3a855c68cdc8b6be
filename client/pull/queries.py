"""Statements of this room, each under its name."""

# One task at a time works on a table's back-fill; the lock goes with the session, so a killed worker gives it back.
LOCKS = 0x7274
TRY_LOCK = f"SELECT pg_try_advisory_lock({LOCKS}, hashtext(%(name)s))"
UNLOCK = f"SELECT pg_advisory_unlock({LOCKS}, hashtext(%(name)s))"
IS_LOCKED = f"""\
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = {LOCKS}
    AND objid = (hashtext(%(name)s)::bigint & 4294967295)::oid
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""
