"""The app `users` of master."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    """Named `users` in migrations and tables."""

    name = "master.users"
    label = "users"
    verbose_name = _("Users")
