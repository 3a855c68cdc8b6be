"""The app `things` of client's tests."""

from django.apps import AppConfig


class ThingsConfig(AppConfig):
    """Named `things` in migrations and tables."""

    name = "tests.client.things"
    label = "things"
    default_auto_field = "django.db.models.BigAutoField"
