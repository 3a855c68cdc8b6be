"""What is noted of each batch."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from client.overview.telling import teller
from client.replication.announce import rows_applied
from client.replication.changes import RowChange


@receiver(rows_applied)
def note_applied(sender: Any, changes: Sequence[RowChange], **kwargs: Any) -> None:
    """Note how late the changes are, for the page; nothing that goes wrong with it concerns the batch."""
    teller.note(sender.table, changes)
