"""The addresses of the pull API."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from master.outbox.declare import Replicated, registry
from master.snapshot import asking, metrics, rows, sums
from master.snapshot.access import require_token
from master.snapshot.refusal import RefusedError, wrong
from master.snapshot.stream import streamed

logger = logging.getLogger(__name__)

T = TypeVar("T")
Answer = Callable[[HttpRequest, Replicated], HttpResponseBase]
View = Callable[[HttpRequest, str], HttpResponseBase]


def endpoint(name: str) -> Callable[[Answer], View]:
    """Let only those ask who know a token, and only for what there is; count the requests."""

    for status in (401, 429):  # from 0 on: a counter that is first seen at 11 has not grown for Prometheus
        metrics.requests.labels(name, status)

    def decorate(answer: Answer) -> View:
        @csrf_exempt
        @wraps(answer)
        def view(request: HttpRequest, table: str) -> HttpResponseBase:
            try:
                response = answer(request, _declared(request, table))
            except RefusedError as refusal:
                response = refusal.response()
            metrics.requests.labels(name, response.status_code).inc()
            response.headers["Cache-Control"] = "no-store"
            return response

        return view

    return decorate


@endpoint("rows")
def table_rows(request: HttpRequest, declared: Replicated) -> HttpResponseBase:
    """Answer a page of rows, or the rows of chosen keys."""
    asked = asking.page_or_keys(_query(request))
    if isinstance(asked, tuple):
        found = _now(lambda: rows.by_key(declared, asked))
        return streamed(request, "rows", [found], lambda: None)
    pages = rows.Pages(declared, asked)
    response = streamed(request, "rows", pages, lambda: pages.next)
    if asked.after is None:
        response.headers["X-Total-Count"] = str(_now(lambda: rows.total(declared)))
    return response


def _query(request: HttpRequest) -> asking.Query:
    try:
        return dict(request.GET.lists())
    except SuspiciousOperation as error:  # Django's own limit of parameters
        raise wrong("There are too many parameters. Ask for less at once.") from error


def _now(read: Callable[[], T]) -> T:
    """Return what is read, unless the database is away or a row stays locked."""
    try:
        return read()
    except (OperationalError, InterfaceError) as error:
        logger.warning("not answered", extra={"error.message": str(error)})
        raise RefusedError(
            503, "Master's database is away, or a row is being written. Ask again in a few seconds.", Retry_After="5"
        ) from error


@endpoint("digests")
def table_digests(request: HttpRequest, declared: Replicated) -> HttpResponseBase:
    """Answer the digests of all buckets."""
    fields = asking.digests(_query(request), declared.fields)
    found = _now(lambda: sums.of_buckets(declared, fields))
    return streamed(request, "digests", [found], lambda: None)


@endpoint("digest_rows")
def table_digest_rows(request: HttpRequest, declared: Replicated) -> HttpResponseBase:
    """Answer the digests of the rows in some buckets."""
    buckets, fields = asking.digest_rows(_query(request), declared.fields)
    return streamed(request, "digest_rows", sums.of_rows(declared, buckets, fields), lambda: None)


def _declared(request: HttpRequest, table: str) -> Replicated:
    require_token(
        request.headers.get("Authorization", ""), settings.SNAPSHOT_TOKENS, request.META.get("REMOTE_ADDR", "")
    )
    if request.method != "GET":
        raise RefusedError(405, f"{request.method} is not answered here. Use GET.", Allow="GET")
    if table not in registry:
        raise RefusedError(404, f"There is no table {table!r}. Master has {', '.join(sorted(registry))}.")
    return registry[table]
