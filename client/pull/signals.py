"""The server signal `replication.backfill`: a task works for a while and hands on to the next."""

import logging
from typing import Any

from df_websockets.decorators import signal
from df_websockets.tasks import SERVER, trigger

from client.pull.backfill import work
from client.replication.declare import replicas

logger = logging.getLogger(__name__)


@signal(path="replication.backfill", queue="slow")  # type: ignore[untyped-decorator]
def backfill(window_info: Any, table: str) -> None:
    """Go on with a table's back-fill. Safe to call at any time: whoever finds another one at work does nothing."""
    if table not in replicas:
        logger.error("unknown table", extra={"table": table})
        return
    if work(table):
        ask(table)


def ask(table: str) -> None:
    """Ask a worker of the lane `slow` to go on. Raises when the broker does not answer."""
    trigger(None, "replication.backfill", to=[SERVER], table=table)
