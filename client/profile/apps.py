"""The app `profile` of client."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProfileConfig(AppConfig):
    """Named `profile` in migrations and tables."""

    name = "client.profile"
    label = "profile"
    url_prefix = "profile/"
    menu = (("profile", _("Profile")),)

    def ready(self) -> None:
        """Say who may hear of profiles."""
        import_module("client.profile.access")
