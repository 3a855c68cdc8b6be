"""How full the queues are: SQS is asked by a worker now and then, and pages read what it found.

So the web process needs no rights on AWS.
"""

import logging
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import cache

from client.live.connection import redis_client
from client.replication.lanes import LANES
from client.sqs.depths import Depths, NotMeasuredError, measure

logger = logging.getLogger(__name__)

OLDEST = timedelta(minutes=1)  # while nobody looks
KEPT_SECONDS = 900  # then nothing is said rather than something old
PAUSE_SECONDS = 30  # after a failure

_FOUND, _FAILED = "overview.depths", "overview.depths.failed"


def refresh(*, oldest: timedelta) -> None:
    """Ask SQS, unless what is known is not older than this; a failure is logged, and SQS is left alone for a while."""
    known = found()
    if (known and datetime.now(UTC) - known.measured_at < oldest) or cache.get(_FAILED):
        return
    try:
        cache.set(_FOUND, asdict(measure()), KEPT_SECONDS)
    except NotMeasuredError as error:
        logger.warning("queues not measured", extra={"error.message": str(error)})
        cache.set(_FAILED, True, PAUSE_SECONDS)


def found() -> Depths | None:
    """Return what was found last, None if that is long ago."""
    fields = cache.get(_FOUND)
    return Depths(**fields) if fields else None


def waiting_tasks() -> dict[str, int]:
    """Return how many tasks wait in each of this client's Celery queues."""
    with redis_client().pipeline(transaction=False) as pipeline:
        for lane in LANES:
            pipeline.llen(f"{settings.APP_NAME}:{lane}")
        return dict(zip(LANES, pipeline.execute(), strict=True))
