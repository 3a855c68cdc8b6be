"""The app `clock` of client."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from telemetry.metrics import measure


class ClockConfig(AppConfig):
    """Named `clock` in migrations and tables; it has none."""

    name = "client.clock"
    label = "clock"
    url_prefix = "clock/"
    menu = (("clock", _("Clock")),)

    def ready(self) -> None:
        """Say who may hear the clock, and add to the metrics."""
        import_module("client.clock.access")
        measure(import_module("client.clock.metrics").TickAgeCollector())
