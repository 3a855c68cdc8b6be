"""Staff, and browsers in which somebody is signed in."""

from django.test import Client

from client.users.models import User

PATH = "/replication/"


def staff(name: str = "root") -> User:
    """Return a local user who is staff."""
    return User.objects.create_user(name, is_staff=True)


def signed_in(user: User) -> Client:
    """Return a browser in which a user is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
