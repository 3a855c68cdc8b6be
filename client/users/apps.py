"""The app `users` of client."""

from importlib import import_module

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """Named `users` in migrations and tables."""

    name = "client.users"
    label = "users"

    def ready(self) -> None:
        """Listen to changed users."""
        import_module("client.users.receivers")
