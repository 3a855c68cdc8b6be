"""The log of requests: one line each, and the trace that all lines of its work share."""

import logging
import re
import secrets
import time
from dataclasses import dataclass
from typing import Any, Final

from asgiref.sync import iscoroutinefunction
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from telemetry import context
from telemetry.ecs import duration, user_fields

logger = logging.getLogger(__name__)

ROUTINE: Final = ("/healthz", "/readyz", "/metrics", "/static/")  # what probes and pages ask for all the time
HEADER: Final = "X-Request-ID"
PATH_CHARACTERS: Final = 200
SERVER_ERROR: Final = 500

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


@sync_and_async_middleware
def log_requests(get_response: Any) -> Any:
    """Begin a trace with each request, or go on with that of its `traceparent`; say how it ended.

    It stands before all others. A proxy may name the request by `X-Request-ID`; the answer repeats it. A streamed
    answer is logged when it was sent, or broken off.
    """
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            entry = Entry.begin(request)
            return entry.answered(await get_response(request))

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        entry = Entry.begin(request)
        return entry.answered(get_response(request))

    return synchronous


@receiver(request_finished, dispatch_uid="telemetry.requests")
def leave(**kwargs: Any) -> None:
    """Let what follows in this thread be part of nothing. Django itself logs an answer outside of all middlewares."""
    context.leave()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A request that is being answered."""

    request: HttpRequest
    id: str
    trace: str
    started: float

    @classmethod
    def begin(cls, request: HttpRequest) -> "Entry":
        """Name the request, and let all lines from here on carry the name."""
        given = request.headers.get(HEADER, "")
        name = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
        trace = context.trace_of(request.headers.get("traceparent", "")) or context.new_trace()
        context.enter([trace], {"http.request.id": name})
        return cls(request=request, id=name, trace=trace, started=time.monotonic())

    def answered(self, response: HttpResponseBase) -> HttpResponseBase:
        """Log the answer: now, or when the last of it is sent."""
        response.headers[HEADER] = self.id
        if response.streaming:
            response._resource_closers.append(lambda: self._log(response))  # type: ignore[attr-defined]
        else:
            self._log(response)
        return response

    def _log(self, response: HttpResponseBase) -> None:
        status = response.status_code
        sent = {} if response.streaming else {"http.response.body.bytes": len(response.content)}  # type: ignore[attr-defined]
        fields = {
            "trace.id": self.trace,
            "http.request.id": self.id,
            "http.request.method": self.request.method,
            "http.response.status_code": status,
            "url.path": self.request.path[:PATH_CHARACTERS],  # never the query: it may open something
            "event.duration": duration(time.monotonic() - self.started),
            **sent,
            # if the answer needed to know; `request.user` would ask the database
            **user_fields(getattr(self.request, "_cached_user", None)),
        }
        logger.log(self._level(status), "request", extra=fields)

    def _level(self, status: int) -> int:
        routine = self.request.path.startswith(ROUTINE)
        if status >= SERVER_ERROR:
            return logging.WARNING if routine else logging.ERROR
        return logging.DEBUG if routine else logging.INFO
