"""How often one may fail to sign in: ten times for a name, a hundred for an address, in a quarter of an hour.

django-axes counts in the project's own database, so all its processes know. Of names alone nobody is locked out: else
anybody could lock out anybody.
"""

import logging
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from prometheus_client import Counter

ADDRESS_TIMES = 10  # an address may fail so many times as often as one name from there: an office may have one address

logger = logging.getLogger(__name__)
refused = Counter("sign_in_refused", "Attempts to sign in that were refused unseen, after too many that failed")


class Handler(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts those who try one password on many names, too."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return the failures of this name from this address, or those of the address on the scale of a name."""
        address = request.axes_ip_address  # type: ignore[attr-defined]
        since = request.axes_attempt_time - settings.AXES_COOLOFF_TIME  # type: ignore[attr-defined]
        attempts = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
        of_address: int = attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0
        of_name: int = super().get_failures(request, credentials)
        return max(of_name, of_address // ADDRESS_TIMES)


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]) -> HttpResponse:
    """Say how long to wait, with status 429. Who it was stands in no log: see the admin's list of attempts."""
    refused.inc()
    logger.warning("sign-in refused", extra={"url.path": request.path})
    seconds = settings.AXES_COOLOFF_TIME.seconds
    answer = render(request, "locked_out.html", {"minutes": seconds // 60}, status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer
