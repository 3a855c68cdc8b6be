"""People who use the admin of the outbox, and what they are told."""

from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client

from master.users.models import User


def helper(client: Client, *codenames: str) -> Client:
    """Sign in somebody of the staff who has these permissions only."""
    user = User.objects.create(username="helper", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


def said(answer: Any) -> list[str]:
    """Return the messages that a page shows above its content."""
    return [str(message) for message in answer.context["messages"]]
