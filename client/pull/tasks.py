"""What Celery does now and then."""

import logging
from contextlib import suppress

from celery import shared_task
from django.conf import settings

from client.pull.errors import MasterError
from client.pull.lock import is_held
from client.pull.state import lock_name
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
        if is_held(lock_name(table)):
            logger.warning("verify left out", extra={"table": table, "reason": "a back-fill is at work"})
            continue
        with suppress(MasterError):  # written down and logged; the next table may fare better
            verify(table)
