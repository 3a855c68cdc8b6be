"""How users are made."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import UserManager as DjangoUserManager

if TYPE_CHECKING:
    from master.users.models import User


class UserManager(DjangoUserManager["User"]):
    """Tells password validators of a new user's password as well, as `set_password` does; Django's own does not."""

    def _create_user_object(self, username: str, email: str | None, password: str | None, **fields: Any) -> "User":
        user: User = super()._create_user_object(username, email, password, **fields)  # type: ignore[misc]
        user._password = password  # type: ignore[attr-defined] # `save` gives it to `password_changed`
        return user
