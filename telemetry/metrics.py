"""Prometheus counters of every process of a project, gathered by its web process.

The processes of one project on one machine share the directory PROMETHEUS_MULTIPROC_DIR; without it a web
process shows its own counters only.
"""

import os

from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

measured_on_request: list[Collector] = []  # what is no counter, such as the length of a table; rooms add theirs


def exposition() -> bytes:
    """Return every counter, and what is measured on request, in Prometheus's text format."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    for collector in measured_on_request:
        registry.register(collector)
    counted = generate_latest(REGISTRY) if "PROMETHEUS_MULTIPROC_DIR" not in os.environ else b""
    return counted + generate_latest(registry)


def metrics_view(request: HttpRequest) -> HttpResponse:
    """Answer `GET /metrics`."""
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)
