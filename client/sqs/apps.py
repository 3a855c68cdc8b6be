"""The app `sqs` of client."""

from django.apps import AppConfig


class SqsConfig(AppConfig):
    """Named `sqs` in migrations and tables."""

    name = "client.sqs"
    label = "sqs"
