"""The outbox in the words of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from master.outbox.models import OutboxRow
from master.users.models import User

UPSERT, DELETE = "upsert", "delete"
Captured = dict[str, str]  # "table/key" → what was captured


def name_of(user: User) -> str:
    return f"users/{user.uid}"


def row_of(user: User) -> OutboxRow:
    return OutboxRow.objects.get(table="users", key=str(user.uid))


def version_of(user: User) -> int:
    return row_of(user).version


def pending() -> set[str]:
    """Return the objects that SNS has not accepted in their newest version."""
    rows = OutboxRow.objects.filter(published__lt=F("version"))
    return {f"{row.table}/{row.key}" for row in rows}


def let_time_pass() -> None:
    """Let every lease and back-off run out."""
    OutboxRow.objects.update(due_at=timezone.now() - timedelta(seconds=1))


@contextmanager
def capturing() -> Iterator[Captured]:
    """Fill a dictionary with what got a new version within the block."""
    before = {(row.table, row.key): row.version for row in OutboxRow.objects.all()}
    captured: Captured = {}
    yield captured
    for row in OutboxRow.objects.all():
        held = before.get((row.table, row.key), 0)
        assert row.version >= held, f"the version of {row} fell from {held}"
        if row.version > held:
            captured[f"{row.table}/{row.key}"] = DELETE if row.deleted else UPSERT
