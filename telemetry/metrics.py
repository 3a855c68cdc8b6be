"""Prometheus metrics of a process.

Where PROMETHEUS_MULTIPROC_DIR is set, those of all processes that share this directory: of a worker and what it forks,
in a container, or of all processes of a project on one machine. Without it each shows its own.
"""

import logging
import os
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from telemetry.in_time import Question, ask
from telemetry.tokens import WrongTokens

logger = logging.getLogger(__name__)

MEASURED_SECONDS = 3.0  # for all that is measured: Prometheus waits for ten, and then has nothing at all
wrong_tokens = WrongTokens()
_measured: list[Question[list[Metric]]] = []


def measure(collector: Collector) -> None:
    """Show on request what is no counter, such as the length of a table; rooms add theirs.

    What cannot be found, or not in time, is left out.
    """
    kind = type(collector)
    _measured.append(Question(f"{kind.__module__}.{kind.__name__}", lambda: list(collector.collect())))


def exposition(*, measured: bool = True) -> bytes:
    """Return every counter, and what is measured on request, in Prometheus's text format."""
    registry = CollectorRegistry()
    if directory := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        forget_the_dead(Path(directory))
        MultiProcessCollector(registry)
        ProcessCollector(registry=registry)  # memory, processor time, open files: of the process that is asked
    for question, found in ask(_measured if measured else (), seconds=MEASURED_SECONDS):
        if isinstance(found, Exception):
            fields = {"question": question, "error.type": type(found).__name__, "error.message": str(found)}
            logger.warning("not measured", extra=fields)
        else:
            registry.register(_Found(found))
    counted = b"" if directory else generate_latest(REGISTRY)
    return counted + generate_latest(registry)


class _Found(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def forget_the_dead(directory: Path) -> None:
    """Leave out what processes that are gone have said of their present, such as how many windows are open.

    What they have counted stays: a counter that fell would be taken for one that began anew.
    """
    for path in directory.glob("gauge_live*_*.db"):
        if not _is_there(int(path.stem.rpartition("_")[2])):
            path.unlink(missing_ok=True)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # as somebody else
    return True


def refusal(authorization: str, address: str) -> tuple[HTTPStatus, dict[str, str]] | None:
    """Return status and headers for whoever lacks one of METRICS_TOKENS; after ten wrong ones he has to wait."""
    seconds = wrong_tokens.wait(authorization, settings.METRICS_TOKENS, address)
    if seconds:
        return HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(seconds)}
    return None if seconds is None else (HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": "Bearer"})


def metrics_view(request: HttpRequest) -> HttpResponse:
    """Answer `GET /metrics` to whoever has the token; where none is set, to all in development and nobody elsewhere."""
    if settings.METRICS_TOKENS:
        address = request.META.get("REMOTE_ADDR") or ""
        if refused := refusal(request.headers.get("Authorization", ""), address):
            return HttpResponse(status=refused[0], headers=refused[1])
    elif not settings.DEBUG:
        return HttpResponseNotFound()
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)
