"""What the sign-out of a session means for its open windows."""

import logging
from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from redis.exceptions import RedisError

from client.live.revoke import close_windows, session_group

logger = logging.getLogger(__name__)


@receiver(user_logged_out)
def close_windows_of_session(sender: Any, request: HttpRequest | None, **kwargs: Any) -> None:
    """Close the session's windows; a sign-out succeeds also without Redis, and then they stay until they reconnect."""
    session_key = request.session.session_key if request else None
    if session_key is None:
        return
    try:
        close_windows([session_group(session_key)])
    except (RedisError, OSError):
        logger.exception("windows left open at sign-out")
