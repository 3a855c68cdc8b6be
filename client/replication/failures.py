"""What an error of the database means: try again, or this content can never be applied."""

from django.db import DatabaseError, OperationalError

_CONFLICTS = {"40001", "40P01", "23505"}  # serialization failure, deadlock, unique violation
_CONTENT_CLASSES = {"22", "23", "54", "P0"}  # data exception, constraint, program limit, raised by a trigger


class HolderMovedError(OperationalError):
    """Another worker moved a unique value between two looks at it."""


def is_conflict(error: DatabaseError) -> bool:
    """Tell whether the same batch may succeed when it is tried again."""
    return isinstance(error, HolderMovedError) or _sqlstate(error) in _CONFLICTS


def is_content(error: DatabaseError) -> bool:
    """Tell whether the database refuses what it was given, and would again."""
    return _sqlstate(error)[:2] in _CONTENT_CLASSES


def _sqlstate(error: DatabaseError) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""
