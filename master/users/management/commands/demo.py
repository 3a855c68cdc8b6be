"""`python -m master demo`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from master.users.models import User
from telemetry.environment import value_of

ADMIN = "admin"
PEOPLE = (("ada", "Ada", "Lovelace"), ("grace", "Grace", "Hopper"), ("alan", "Alan", "Turing"))


class Command(BaseCommand):
    """Create an administrator and three users to look at; what exists is left as it is."""

    help = "Create the administrator `admin`, with the password in DEMO_PASSWORD, and users ada, grace and alan."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each user."""
        password = value_of("DEMO_PASSWORD")
        if not password:
            raise CommandError("DEMO_PASSWORD is not set. Set it to the password that `admin` shall have.")
        self.stdout.write(f"{ADMIN}: {self._admin(password)}")
        for username, first_name, last_name in PEOPLE:
            names = {"first_name": first_name, "last_name": last_name, "email": f"{username}@example.org"}
            _, created = User.objects.get_or_create(username=username, defaults=names)
            self.stdout.write(f"{username}: {'created' if created else 'in order'}")

    def _admin(self, password: str) -> str:
        admin = User.objects.filter(username=ADMIN).first()
        if admin is None:
            User.objects.create_superuser(ADMIN, f"{ADMIN}@example.org", password)
            return "created"
        return "in order" if admin.check_password(password) else "has another password by now"
