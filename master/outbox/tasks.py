"""Master's Celery tasks."""

from celery import shared_task

from master.outbox.publisher import publish_pending


@shared_task
def publish() -> None:
    """Publish what is pending. Any number may run at once; running it for nothing costs one query."""
    publish_pending()
