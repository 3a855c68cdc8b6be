"""Read and write the remembered hashes of one user."""

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet

from master.passwords.hashes import is_due_for_upgrade, is_of_a_password
from master.passwords.models import PasswordHash


def recent_hashes(user: AbstractBaseUser, count: int) -> list[str]:
    """Return the newest remembered hashes, the newest first."""
    return list(_newest_first(user).values_list("encoded", flat=True)[:count])


def remember(user: AbstractBaseUser, *, before: str, count: int) -> None:
    """Remember the user's hash, and the one `before` it if that was never told to us; forget all but the newest.

    Changes of one user take turns, so there are never more than `count`. A user who is gone is left alone.
    """
    using = user._state.db
    with transaction.atomic(using=using):
        users = get_user_model()._default_manager.using(using)
        if not users.select_for_update(no_key=True).filter(pk=user.pk).exists():
            return
        newest = _newest_first(user).values_list("encoded", flat=True).first()
        if was_never_told(before, newest):
            _add(user, before)
        if is_of_a_password(user.password):
            _add(user, user.password)
        _forget_beyond(user, count)


def was_never_told(before: str, newest: str | None) -> bool:
    """Tell whether the hash that a user had is of a password which is not remembered yet.

    Such is one from before this app, or one that was set past Django's hook. If the newest remembered hash is due
    for an upgrade, it is taken for the same password, with its hash made anew at a sign-in.
    """
    if not is_of_a_password(before) or before == newest:
        return False
    return newest is None or not is_due_for_upgrade(newest)


def _newest_first(user: AbstractBaseUser) -> "QuerySet[PasswordHash]":
    return PasswordHash.objects.using(user._state.db).filter(user_id=user.pk).order_by("-pk")


def _add(user: AbstractBaseUser, encoded: str) -> None:
    PasswordHash.objects.using(user._state.db).bulk_create(
        [PasswordHash(user_id=user.pk, encoded=encoded)], ignore_conflicts=True
    )


def _forget_beyond(user: AbstractBaseUser, count: int) -> None:
    kept = _newest_first(user).values("pk")[:count]
    _newest_first(user).exclude(pk__in=kept).delete()
