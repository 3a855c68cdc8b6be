"""The app `replication` of a client."""

from django.apps import AppConfig


class ReplicationConfig(AppConfig):
    """Named `replication` in migrations and tables."""

    name = "client.replication"
    label = "replication"

    def ready(self) -> None:
        """Register the system checks."""
        from client.replication import checks  # noqa: F401, PLC0415 - models must be loaded first
