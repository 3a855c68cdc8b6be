"""The app `pull` of a client."""

from importlib import import_module

from django.apps import AppConfig

from telemetry.metrics import measure


class PullConfig(AppConfig):
    """Named `pull` in migrations and tables."""

    name = "client.pull"
    label = "pull"

    def ready(self) -> None:
        """Add to the metrics."""
        measure(import_module("client.pull.metrics").VerificationCollector())
