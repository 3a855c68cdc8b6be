"""Master's Celery tasks."""

import logging

from celery import shared_task

from master.outbox import repair
from master.outbox.publisher import publish_pending

logger = logging.getLogger(__name__)


@shared_task
def publish() -> None:
    """Publish what is pending. Any number may run at once; running it for nothing costs one query."""
    publish_pending()


@shared_task
def republish_tables(tables: list[str], by: str = "") -> None:
    """Send every row of these tables again; `by` is the `uid` of whoever asked for it."""
    for table in tables:
        done = repair.republish(table)
        logger.info("sent again", extra={"table": table, "rows": done.rows, "held": done.held, "user.id": by})


@shared_task
def advance(by: str = "") -> None:
    """Advance versions after a restore; `by` is the `uid` of whoever asked for it."""
    done = repair.advance_versions()
    logger.info(
        "versions advanced", extra={"version": done.version, "rows": done.rows, "held": done.held, "user.id": by}
    )
