"""`python -m master migrate`."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate


class Command(Migrate):
    """Django's own, except that it does not ask the database whether it is migrated before it migrates it."""

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        """Leave the checks of the database out: the triggers that are missing are those to be installed."""
        return {**super().get_check_kwargs(options), "databases": None}
