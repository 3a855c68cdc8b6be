"""The app `users` of client."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    """Named `users` in migrations and tables."""

    name = "client.users"
    label = "users"
    verbose_name = _("Users")

    def ready(self) -> None:
        """Listen to changed users and permissions, and say who may hear of e-mail addresses."""
        import_module("client.users.receivers")
        import_module("client.users.directory")
