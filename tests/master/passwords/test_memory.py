"""What is remembered belongs to the transaction and to the user, also when several change at once."""

from contextlib import ExitStack

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import password_changed
from django.db import connection, transaction
from pytest_django import Settings

from master.passwords.memory import remember, was_never_told
from master.passwords.models import PasswordHash
from master.users.models import User
from stack.waiting import wait_until
from tests.master.database import rolled_back, sql
from tests.master.passwords.conftest import change, remembered, secret
from tests.master.passwords.hashers import LIGHT, OTHER
from tests.master.threads import in_thread


def test_which_hashes_were_never_told(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [LIGHT, OTHER]
    light, another, old = make_password("a"), make_password("b"), make_password("a", hasher="other")
    assert was_never_told(light, None)
    assert was_never_told(light, another)
    assert not was_never_told(light, light)
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
def test_changes_at_once_take_turns_and_leave_no_more_than_the_history() -> None:
    pk = User.objects.create(username="ada").pk
    ours, theirs = User(pk=pk, password=make_password("a")), User(pk=pk, password=make_password("b"))
    for user in (ours, theirs):
        user._state.adding, user._state.db = False, "default"
    with ExitStack() as stack, transaction.atomic():
        remember(ours, before="", count=1)
        stack.enter_context(in_thread(lambda: remember(theirs, before="", count=1)))
        assert wait_until(somebody_waits, seconds=10)
    assert remembered(ours) == [theirs.password]


def somebody_waits() -> bool:
    """Tell whether a session of PostgreSQL waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_user_who_was_deleted_meanwhile_does_no_harm(ada: User) -> None:
    same = User.objects.get()
    same.set_password(secret(0))
    ada.delete()
    password_changed(secret(0), same)
    assert not PasswordHash.objects.exists()
