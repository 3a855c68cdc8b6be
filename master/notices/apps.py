"""The app `notices` of master."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Named `notices`; it has no tables."""

    name = "master.notices"
    label = "notices"
    url_prefix = "notices/"

    def ready(self) -> None:
        """Connect what tells of the admin's log, and the metrics."""
        from master.notices import metrics, receivers  # noqa: F401, PLC0415 - models must be loaded first

        receivers.hear_bulk()
