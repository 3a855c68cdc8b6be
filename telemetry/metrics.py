"""Prometheus counters of every process of a project, gathered by its web process.

The processes of one project on one machine share the directory PROMETHEUS_MULTIPROC_DIR; without it a web
process shows its own counters only.
"""

import os

from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY


def exposition() -> bytes:
    """Return every counter in Prometheus's text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)


def metrics_view(request: HttpRequest) -> HttpResponse:
    """Answer `GET /metrics`."""
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)
