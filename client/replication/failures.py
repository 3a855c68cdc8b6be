"""What an error of the database means: try again, or this content can never be applied."""

from django.db import DatabaseError, DataError, IntegrityError, OperationalError

# serialization failure, deadlock; a value, or a row that hangs on one, that another transaction wrote just then
_CONFLICTS = {"40001", "40P01", "23505", "23503", "23001"}
_UNTRANSLATABLE = "22P05"  # of JSON, only \u0000; PostgreSQL's own words tell of an escape sequence
_CONTENT_CLASSES = {"54", "P0"}  # program limit, raised by a trigger


class HolderMovedError(OperationalError):
    """Another worker moved a unique value between two looks at it."""


def is_conflict(error: DatabaseError) -> bool:
    """Tell whether the same batch may succeed when it is tried again."""
    return isinstance(error, HolderMovedError) or _sqlstate(error) in _CONFLICTS


def is_content(error: DatabaseError) -> bool:
    """Tell whether the database refuses what it was given, and would again."""
    # psycopg and Django raise some of these themselves, without a SQLSTATE: for a NUL, for a protected row
    return isinstance(error, DataError | IntegrityError) or _sqlstate(error)[:2] in _CONTENT_CLASSES


def reason(error: DatabaseError) -> str:
    """Return why, without the details: they show whole rows, the client's own columns among them."""
    if _sqlstate(error) == _UNTRANSLATABLE:
        return "a text with a NUL character: PostgreSQL can hold none"
    diagnosis = getattr(error.__cause__, "diag", None)
    return str((diagnosis and diagnosis.message_primary) or error.args[0])


def _sqlstate(error: DatabaseError) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""
