"""The app `snapshot` of master."""

from django.apps import AppConfig


class SnapshotConfig(AppConfig):
    """Has no tables of its own."""

    name = "master.snapshot"
    label = "snapshot"
