"""How the trace of a request gets into the outbox: in a comment before the statement, where the triggers read it.

That is free of a statement of its own, holds for bulk writes and raw SQL too, and leaves nothing behind in the session
when a transaction is rolled back. The comment is as sqlcommenter spells it, so other tools read it as well.
"""

from collections.abc import Callable
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from telemetry import context

_BEGIN: Final = "/*traceparent='"
_LENGTH: Final = 55
_WRITES: Final = ("INSERT", "UPDATE", "DELETE", "MERGE", "WITH")

# A subquery without outer references is evaluated once a statement, however many rows it changes.
TRACEPARENT: Final = f"""\
(SELECT CASE WHEN left(current_query(), {len(_BEGIN)}) = '{_BEGIN.replace("'", "''")}'
THEN substr(current_query(), {len(_BEGIN) + 1}, {_LENGTH}) ELSE '' END)"""

Execute = Callable[[Any, Any, bool, dict[str, Any]], Any]


@receiver(connection_created, dispatch_uid="outbox.trace")
def follow(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Let what is written over a connection say its trace."""
    if say_trace not in connection.execute_wrappers:
        # first, for a block that brings a wrapper of its own takes the last away at its end
        connection.execute_wrappers.insert(0, say_trace)


def say_trace(execute: Execute, sql: Any, params: Any, many: bool, kept: dict[str, Any]) -> Any:
    """Put the trace, if there is one, before a statement that writes."""
    known = context.traces()
    if known and isinstance(sql, str) and sql[:6].upper().startswith(_WRITES):
        sql = f"{_BEGIN}{context.traceparent(known[0])}'*/ {sql}"
    return execute(sql, params, many, kept)
