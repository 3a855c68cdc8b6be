"""`login_link NAME`: print an address that signs a user in, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from sesame.utils import get_query_string

from client.users.models import User


class Command(BaseCommand):
    """Print a sign-in link."""

    help = "Print an address that signs a user in, once and for a few minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the user."""
        parser.add_argument("username", metavar="NAME")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        """Refuse a name that cannot sign in, with a sentence."""
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r} on this client yet. Is it replicated already?")
        if not user.is_active:
            raise CommandError(f"{username!r} is deactivated and cannot sign in. Activate the user on master.")
        self.stdout.write(settings.PUBLIC_URL.rstrip("/") + reverse("login-link") + get_query_string(user))
        self.stderr.write(f"Good for {settings.SESAME_MAX_AGE // 60} minutes, and once.")
