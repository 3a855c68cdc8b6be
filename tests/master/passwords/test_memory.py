"""What is remembered belongs to the transaction and to the user, also when several change at once."""

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import password_changed
from pytest_django import Settings

from master.passwords.memory import was_never_told
from master.passwords.models import PasswordHash
from master.users.models import User
from tests.master.database import rolled_back, sql
from tests.master.passwords.conftest import change, remembered, secret, set_history
from tests.master.passwords.hashers import LIGHT, OTHER
from tests.master.threads import all_at_once


def test_which_hashes_were_never_told(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [LIGHT, OTHER]
    light, another, old = make_password("a"), make_password("b"), make_password("a", hasher="other")
    assert was_never_told(light, None)
    assert was_never_told(light, another)
    assert not was_never_told(light, old), "made anew at a sign-in"
    assert not was_never_told(light, "unknown$hash")
    assert not was_never_told("", None)
    assert not was_never_told(make_password(None), None)


def test_a_change_that_is_rolled_back_is_not_remembered(ada: User) -> None:
    with rolled_back():
        change(ada, secret(0))
    assert remembered(ada) == []


def test_a_deleted_user_takes_what_is_remembered_along(ada: User) -> None:
    bob = User.objects.create(username="bob")
    for user in (ada, bob):
        change(user, secret(0))
    ada.delete()
    assert PasswordHash.objects.get().user == bob
    sql("DELETE FROM users_user")
    assert not PasswordHash.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_changes_at_once_leave_no_more_than_the_history(settings: Settings) -> None:
    set_history(settings, 3)
    ada = User.objects.create(username="ada")

    def change_to(number: int) -> None:
        change(User.objects.get(pk=ada.pk), secret(number))

    all_at_once([lambda number=number: change_to(number) for number in range(12)])  # type: ignore[misc]
    assert len(remembered(ada)) == 3


@pytest.mark.django_db
def test_a_user_who_was_deleted_meanwhile_does_no_harm(ada: User) -> None:
    same = User.objects.get()
    same.set_password(secret(0))
    ada.delete()
    password_changed(secret(0), same)
    assert not PasswordHash.objects.exists()
