"""The validator for AUTH_PASSWORD_VALIDATORS."""

import sys
from typing import TypeGuard

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.translation import ngettext

from master.passwords import metrics
from master.passwords.hashes import is_of_a_password, is_one_of
from master.passwords.memory import recent_hashes, remember

_HAD = "_password_hash_before"  # on a user: the hash that was there when a new password was validated


class NotRecentlyUsed:
    """Refuses the present password of a user, and those before it: `history` in all.

    It needs the app `master.passwords`. A password counts from when Django's hook `password_changed` is called: after
    `set_password` and `save`. The one that a user had before is remembered then, too, if it is not yet.
    """

    def __init__(self, history: int = 10) -> None:
        if type(history) is not int or not 1 <= history <= sys.maxsize:  # True is an int, too; LIMIT takes no more
            raise ImproperlyConfigured(f"history is {history!r}. Set it to a whole number from 1 to {sys.maxsize}.")
        self.history = history

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError if the user has, or had, this password. It writes nothing into the database."""
        if not _has_a_row(user):
            return
        recent = recent_hashes(user, self.history)
        if getattr(user, "_password", None) is None:  # else `set_password` has put the new one there already
            setattr(user, _HAD, user.password)
            if is_of_a_password(user.password) and user.password not in recent:
                recent.insert(0, user.password)
        if is_one_of(password, recent):
            metrics.refused.inc()
            raise ValidationError(
                self.get_error_message(), code="password_has_been_used", params={"history": self.history}
            )

    def password_changed(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Remember the hash that the user has now; Django calls it when a new password was saved."""
        if not _has_a_row(user):
            return
        remember(user, before=user.__dict__.pop(_HAD, ""), count=self.history)
        metrics.remembered.inc()

    def get_error_message(self) -> str:
        """Return what the user reads when a password is refused."""
        return ngettext(
            "This is the password that you have. Choose another one.",
            "This password is one of the last %(history)d that you had. Choose another one.",
            self.history,
        ) % {"history": self.history}

    def get_help_text(self) -> str:
        """Return what the user reads beside the field."""
        return ngettext(
            "Your password must not be the one that you have.",
            "Your password must not be one of the last %(history)d that you had.",
            self.history,
        ) % {"history": self.history}


def _has_a_row(user: AbstractBaseUser | None) -> TypeGuard[AbstractBaseUser]:
    """Tell whether this is a saved user of the model that the hashes belong to."""
    return isinstance(user, get_user_model()) and not user._state.adding
