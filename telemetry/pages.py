"""What machines ask a web process, answered before anything looks at who asks, and by which name."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.utils.decorators import sync_and_async_middleware
from django_prometheus.middleware import PrometheusAfterMiddleware, PrometheusBeforeMiddleware

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


@sync_and_async_middleware
def operations_pages(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Answer the pages for machines; all else goes on. Only the log of requests stands before it.

    A balancer or Prometheus asks by an address of its own network, which is no name in ALLOWED_HOSTS, and over plain
    HTTP; and what it asks is counted as nobody's request.
    """
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            if request.path_info in PATHS:
                return await sync_to_async(_answer, thread_sensitive=True)(request)
            response: HttpResponseBase = await get_response(request)
            return response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = _answer(request) if request.path_info in PATHS else get_response(request)
        return response

    return synchronous


def _answer(request: HttpRequest) -> HttpResponseBase:
    response: HttpResponseBase = resolve(request.path_info).func(request)
    return response


class _OnTheLoop:
    """Counts where it is called: Django would move what only counts into a thread and back, for each request."""

    get_response: Callable[[HttpRequest], Awaitable[HttpResponseBase]]
    process_request: Callable[[HttpRequest], None]
    process_response: Callable[[HttpRequest, HttpResponseBase], HttpResponseBase]

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        self.process_request(request)
        return self.process_response(request, await self.get_response(request))


class CountRequests(_OnTheLoop, PrometheusBeforeMiddleware):  # type: ignore[misc]
    """django-prometheus's middleware that stands before the others."""


class CountViews(_OnTheLoop, PrometheusAfterMiddleware):  # type: ignore[misc]
    """django-prometheus's middleware that stands after the others."""
