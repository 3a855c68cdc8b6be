"""The app `pull` of a client."""

from django.apps import AppConfig


class PullConfig(AppConfig):
    """Named `pull` in migrations and tables."""

    name = "client.pull"
    label = "pull"
