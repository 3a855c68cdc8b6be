"""The app `passwords` of master."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PasswordsConfig(AppConfig):
    """Named `passwords` in migrations and tables."""

    name = "master.passwords"
    label = "passwords"
    verbose_name = _("Passwords")

    def ready(self) -> None:
        """Connect the check."""
        from master.passwords import checks  # noqa: F401, PLC0415 - models must be loaded first
