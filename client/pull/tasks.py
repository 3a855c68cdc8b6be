"""What Celery does now and then."""

import logging
from contextlib import suppress

from celery import shared_task
from django.conf import settings

from client.pull.errors import MasterError
from client.pull.signals import ask
from client.pull.state import stalled, under_way
from client.pull.verify import verify
from client.replication.declare import replicas

logger = logging.getLogger(__name__)


@shared_task
def verify_all() -> None:
    """Compare every table with master, and repair nothing; beat asks for it once an hour."""
    if not settings.MASTER_URL:
        logger.warning("verify left out", extra={"reason": "MASTER_URL is not set"})
        return
    for table in replicas:
        if under_way(table).exists():
            logger.warning("verify left out", extra={"table": table, "reason": "a back-fill is under way"})
            continue
        with suppress(MasterError):  # written down and logged; the next table may fare better
            verify(table)


@shared_task
def resume() -> None:
    """Ask again for each back-fill that stands still with nobody at work; beat asks for it once a minute.

    The task of a worker that was killed is gone, and so is one that Redis did not take.
    """
    for table in replicas:
        if stalled(table):
            logger.warning("back-fill asked for again", extra={"table": table})
            ask(table)
