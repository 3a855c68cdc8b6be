"""The app `things` of the tests of master."""

from django.apps import AppConfig


class ThingsConfig(AppConfig):
    """Named `things` in migrations and tables."""

    name = "tests.master.things"
    label = "things"
