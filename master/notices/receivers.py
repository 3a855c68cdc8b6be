"""Receivers of Django's model signals: what the admin writes into its log is told on commit.

An action on several objects is logged by `bulk_create`, for which Django sends no signal (`log_actions`, since 5.1);
so that method of the log's manager tells as well.
"""

import functools
import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.admin.models import LogEntry, LogEntryManager
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from master.notices import bus
from master.notices.events import events_of

logger = logging.getLogger(__name__)


@receiver(post_save, sender=LogEntry, dispatch_uid="notices.told")
def logged(instance: LogEntry, created: bool, using: str, raw: bool = False, **kwargs: Any) -> None:
    """Tell of an action on one object."""
    if created and not raw:
        tell_on_commit([instance], using)


def hear_bulk() -> None:
    """Let `LogEntry.objects.bulk_create` tell of an action on several objects; to call it again changes nothing."""
    original = LogEntryManager.bulk_create
    if getattr(original, "tells", False):
        return

    @functools.wraps(original)
    def bulk_create(self: LogEntryManager, objs: Iterable[LogEntry], *args: Any, **options: Any) -> list[LogEntry]:
        entries: list[LogEntry] = original(self, objs, *args, **options)
        tell_on_commit(entries, self.db)
        return entries

    bulk_create.tells = True  # type: ignore[attr-defined]
    setattr(LogEntryManager, "bulk_create", bulk_create)  # noqa: B010 - types know no other way


def tell_on_commit(entries: Sequence[LogEntry], using: str) -> None:
    """Tell of log entries once their transaction is committed, and not at all if it is rolled back.

    What is told is made up now: on commit the admin who acted may be gone, if he deleted himself.
    """
    try:
        events = events_of(entries)
    except Exception:  # nobody's save shall fail for a toast
        logger.exception("notice not made")
        return
    if events:
        transaction.on_commit(lambda: bus.tell(events), using=using, robust=True)
