"""The app `replication` of a client."""

from django.apps import AppConfig


class ReplicationConfig(AppConfig):
    """Named `replication` in migrations and tables."""

    name = "client.replication"
    label = "replication"

    def ready(self) -> None:
        """Register the system checks, and what workers count from their start on."""
        from client.replication import checks, metrics  # noqa: F401, PLC0415 - models must be loaded first
