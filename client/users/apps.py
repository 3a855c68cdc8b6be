"""The app `users` of client."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """Named `users` in migrations and tables."""

    name = "client.users"
    label = "users"
