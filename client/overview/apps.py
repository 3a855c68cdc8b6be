"""The app `overview` of client."""

from importlib import import_module

from django.apps import AppConfig

from telemetry.metrics import measure


class OverviewConfig(AppConfig):
    """Named `overview` in migrations and tables."""

    name = "client.overview"
    label = "overview"

    def ready(self) -> None:
        """Listen to what is applied, say who may look at it, and add to the metrics."""
        import_module("client.overview.receivers")
        import_module("client.overview.access")
        measure(import_module("client.overview.metrics").QueueCollector())
