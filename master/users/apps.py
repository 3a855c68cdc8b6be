"""The app `users` of master."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """Named `users` in migrations and tables."""

    name = "master.users"
    label = "users"
