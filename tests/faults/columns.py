"""A column that is narrower on the client than on master: a migration that one side has and the other has not yet."""

import psycopg
from psycopg import sql

TABLE = "users_user"
# A column that a trigger names in its condition cannot be altered: the trigger goes, and comes again as it was.
TRIGGERS = """\
SELECT tgname, pg_get_triggerdef(oid), obj_description(oid, 'pg_trigger') FROM pg_trigger
WHERE tgrelid = %s::regclass AND NOT tgisinternal"""


def set_width(url: str, column: str, width: int) -> None:
    """Let a column of users hold texts of so many characters."""
    table = sql.Identifier(TABLE)
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL("LOCK TABLE {}").format(table))
        triggers = connection.execute(TRIGGERS, [TABLE]).fetchall()
        for name, _, _ in triggers:
            connection.execute(sql.SQL("DROP TRIGGER {} ON {}").format(sql.Identifier(name), table))
        connection.execute(
            sql.SQL("ALTER TABLE {} ALTER COLUMN {} TYPE varchar({})").format(
                table, sql.Identifier(column), sql.Literal(width)
            )
        )
        for name, definition, comment in triggers:
            connection.execute(definition)
            connection.execute(
                sql.SQL("COMMENT ON TRIGGER {} ON {} IS {}").format(sql.Identifier(name), table, sql.Literal(comment))
            )
