"""A user, and hashers that take no time."""

import pytest
from django.contrib.auth.password_validation import validate_password
from pytest_django import Settings

from master.passwords.models import PasswordHash
from master.users.models import User
from tests.master.passwords.hashers import LIGHT, OTHER
from tests.master.people import made_user


@pytest.fixture(autouse=True)
def light_hashers(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [LIGHT, OTHER]


@pytest.fixture
def ada(db: None) -> User:
    """Return a user who has never had a password."""
    return made_user("ada")


def secret(number: int) -> str:
    """Return a password that Django's own validators like."""
    return f"correct horse battery {number}"


def change(user: User, password: str) -> None:
    """Change a password as Django's forms and commands do."""
    validate_password(password, user)
    user.set_password(password)
    user.save()


def remembered(user: User) -> list[str]:
    """Return what is remembered, the oldest first."""
    return list(PasswordHash.objects.filter(user=user).order_by("pk").values_list("encoded", flat=True))


def set_history(settings: Settings, history: object) -> None:
    """Name the validator alone, with a history of another length."""
    name = "master.passwords.validators.NotRecentlyUsed"
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": name, "OPTIONS": {"history": history}}]
