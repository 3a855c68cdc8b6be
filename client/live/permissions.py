"""Who may call a signal from a browser, judged at the moment at which the worker takes it up.

df_websockets' own checks look at the user as he was when the socket opened.
"""

import logging
from typing import Any, cast

from django.contrib.auth.models import AbstractUser

from client.live import counters

logger = logging.getLogger(__name__)


def signed_in(connection: Any, window_info: Any, kwargs: dict[str, Any]) -> bool:
    """Allow a user who exists and is active now."""
    if current_user(window_info) is not None:
        return True
    return _refused_at_last(connection, window_info, "signed_out")


def staff(connection: Any, window_info: Any, kwargs: dict[str, Any]) -> bool:
    """Allow a user who is active and staff now."""
    if not signed_in(connection, window_info, kwargs):
        return False
    if window_info.user.is_staff:
        return True
    return _refused_at_last(connection, window_info, "not_staff")


def current_user(window_info: Any) -> AbstractUser | None:
    """Return the active user of a window; a worker reads him once for each signal."""
    user = cast("AbstractUser | None", window_info.user)
    return user if user is not None and user.is_active else None


def _refused_at_last(connection: Any, window_info: Any, reason: str) -> bool:
    """Return False, and let it be known when this is the worker: a web process answers the browser, and counts."""
    if hasattr(window_info, "celery_request"):
        refused(connection.path, reason, getattr(window_info, "user_uid", ""))
    return False


def refused(signal: str, reason: str, uid: str = "") -> None:
    """Count and log that a call from a browser is ignored; `uid` is the caller's, if it is known."""
    counters.calls_refused.labels(reason=reason).inc()
    by = {"user.id": uid} if uid else {}
    logger.warning("call refused", extra={"signal": signal, "reason": reason, **by})
