"""The app `sns` of master."""

from django.apps import AppConfig


class SnsConfig(AppConfig):
    """Named `sns` in migrations and tables."""

    name = "master.sns"
    label = "sns"
