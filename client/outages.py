"""What a visitor is told while Redis or the database is away: come again in a moment."""

import logging
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

# Without OSError as such: a file that is missing is a mistake of ours.
AWAY = (RedisError, ConnectionError, TimeoutError, OperationalError, InterfaceError, BrokerError)
AGAIN_SECONDS = 10

logger = logging.getLogger(__name__)


class TryAgainMiddleware(MiddlewareMixin):
    """Answer 503 where a view found a server away; a page that was only looked at is loaded again by itself."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the answer, or leave what is no outage to Django."""
        if not isinstance(exception, AWAY):
            return None
        logger.error("page not served", exc_info=exception, extra={"url.path": request.path})
        answer = _answer(request)
        answer.headers["Retry-After"] = str(AGAIN_SECONDS)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _answer(request: HttpRequest) -> HttpResponse:
    if not request.accepts("text/html"):
        error = _("The service cannot answer now. Try again in a moment.")
        return JsonResponse({"error": error}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    # Without the request: to say who has signed in, the page would ask the database.
    page = render_to_string("503.html", {"address": request.get_full_path()})
    again = {"Refresh": str(AGAIN_SECONDS)} if request.method == "GET" else None
    return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=again)
