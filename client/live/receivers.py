"""What the sign-out of a session means for its open windows."""

import logging
from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from redis.exceptions import RedisError

from client.live.revoke import close_windows, session_groups

logger = logging.getLogger(__name__)


@receiver(user_logged_out)
def close_windows_of_session(sender: Any, request: HttpRequest | None, **kwargs: Any) -> None:
    """End the session and close its windows; without Redis a sign-out succeeds too: they stay until they reconnect.

    Django ends the session only after this: a window that opened in between would find it alive, and stay.
    """
    session_key = request.session.session_key if request else None
    if request is None or session_key is None:
        return
    request.session.delete()
    try:
        close_windows(session_groups(session_key))
    except (RedisError, OSError):
        logger.exception("windows left open at sign-out")
