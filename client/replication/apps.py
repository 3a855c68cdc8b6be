"""The app `replication` of client."""

from django.apps import AppConfig


class ReplicationConfig(AppConfig):
    """Named `replication` in migrations and tables."""

    name = "client.replication"
    label = "replication"
