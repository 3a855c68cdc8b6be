"""The app `live` of client."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Named `live` in migrations and tables."""

    name = "client.live"
    label = "live"
