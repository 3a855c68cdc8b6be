"""Tell this client's own code what was applied."""

from collections.abc import Sequence
from typing import Any

from df_websockets.decorators import REGISTERED_SIGNALS
from df_websockets.tasks import SERVER, import_signals_and_functions, trigger
from django.dispatch import Signal

from client.replication.changes import RowChange
from client.replication.declare import Replica

# Sent with `sender` (a Replica) and `changes` (of RowChange). A receiver that raises ends the batch: it comes again.
rows_applying = Signal()  # inside the transaction, before the rows are written
rows_applied = Signal()  # after the commit, at least once


def announce(replica: Replica, changes: Sequence[RowChange]) -> None:
    """Tell receivers, and the handlers of the df_websockets signal `<table>.changed`, that changes are committed."""
    if not changes:
        return
    rows_applied.send(sender=replica, changes=changes)
    import_signals_and_functions()  # once a process: a command, unlike a worker, has not found the handlers yet
    if replica.signal in REGISTERED_SIGNALS:
        trigger(None, replica.signal, to=[SERVER], changes=[_told(replica, change) for change in changes])


def _told(replica: Replica, change: RowChange) -> dict[str, Any]:
    return {
        "op": change.op,
        replica.key: change.key,
        "version": change.version,
        replica.called: change.row,
        "changed": list(change.changed),
    }
