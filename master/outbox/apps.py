"""The app `outbox` of master."""

from django.apps import AppConfig

from telemetry.metrics import measured_on_request


class OutboxConfig(AppConfig):
    """Named `outbox` in migrations and tables."""

    name = "master.outbox"
    label = "outbox"

    def ready(self) -> None:
        """Connect receivers, checks and metrics; make master's Celery application the current one."""
        from master import celery  # noqa: F401, PLC0415 - it reads the settings
        from master.outbox import checks, database_checks, metrics, receivers  # noqa: F401, PLC0415 - models must be loaded first

        measured_on_request.append(metrics.PendingCollector())
