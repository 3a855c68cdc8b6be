"""What Celery does for users now and then."""

import logging

from celery import shared_task

from client.users.sessions import SessionStore

logger = logging.getLogger(__name__)


@shared_task
def clear_expired_sessions() -> None:
    """Delete the sessions that are over; beat asks for it once a day."""
    SessionStore.clear_expired()
    logger.info("expired sessions cleared")
