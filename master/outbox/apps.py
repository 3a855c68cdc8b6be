"""The app `outbox` of master."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Named `outbox` in migrations and tables."""

    name = "master.outbox"
    label = "outbox"
