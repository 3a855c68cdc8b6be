"""The app `outbox` of master."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from telemetry.metrics import measure


class OutboxConfig(AppConfig):
    """Named `outbox` in migrations and tables."""

    name = "master.outbox"
    label = "outbox"
    verbose_name = _("Outbox")

    def ready(self) -> None:
        """Connect receivers, checks and metrics; make master's Celery application the current one."""
        from master import celery  # noqa: F401, PLC0415 - it reads the settings
        from master.outbox import checks, database_checks, metrics, receivers, trace  # noqa: F401, PLC0415 - models must be loaded first

        measure(metrics.PendingCollector())
