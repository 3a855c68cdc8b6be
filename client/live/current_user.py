"""Who calls a signal: the user as he is when the worker takes it up, not as he was when his window opened."""

from functools import cache
from typing import Any, Final

from df_websockets.ws_middleware import DjangoAuthMiddleware
from django.contrib.auth import get_user_model

from client.live import queries
from client.live.threads import reading

KNOWN: Final = "known_user"  # stands beside the values of a window in the process that has read its user just now


class CurrentUserMiddleware(DjangoAuthMiddleware):  # type: ignore[misc]
    """Stand in for df_websockets' middleware, whose attributes and permissions are those of the connect.

    Neither permissions nor the CSRF cookie travel in the arguments of Celery tasks. A user who is gone or not active is
    nobody: only `user_pk` says who he was.
    """

    def from_request(self, request: Any, window_info: Any) -> None:
        """Take the user of a request, and no cookie."""
        super().from_request(request, window_info)
        window_info.csrf_cookie = ""
        user = getattr(request, "user", None)
        self._set(window_info, user if user is not None and user.is_authenticated else None)

    def new_window_info(self, window_info: Any) -> None:
        """Begin with nobody."""
        super().new_window_info(window_info)
        self._set(window_info, None)

    def to_dict(self, window_info: Any) -> dict[str, Any]:
        """Write down who it is, and nothing that may change."""
        return {"user_pk": window_info.user_pk, "user_agent": window_info.user_agent, "csrf_cookie": ""}

    def from_dict(self, window_info: Any, values: dict[str, Any]) -> None:
        """Read the user from the database."""
        super().new_window_info(window_info)
        window_info.user_pk = pk = values.get("user_pk")
        window_info.user_agent = values.get("user_agent", "")
        known = values.get(KNOWN)
        self._set(window_info, known if known is not None or pk is None else reading(lambda: user_now(pk)))

    def install_methods(self, window_info_cls: Any) -> None:
        """Let permissions be those that Django's backends say."""
        super().install_methods(window_info_cls)
        window_info_cls.user = property(lambda info: info._user)
        window_info_cls.perms = property(lambda info: info._user.get_all_permissions() if info._user else set())
        window_info_cls.has_perm = lambda info, name: bool(info._user and info._user.has_perm(name))

    def _set(self, window_info: Any, user: Any) -> None:
        active = user if user is not None and user.is_active else None
        window_info._user = user
        window_info.user_uid = str(getattr(user, "uid", None) or "")  # for the log: also of one who is not active
        window_info.user_set = user is not None
        window_info.username = user.get_username() if user is not None else None
        window_info.is_active = window_info.is_authenticated = active is not None
        window_info.is_anonymous = active is None
        window_info.is_staff = active is not None and active.is_staff
        window_info.is_superuser = active is not None and active.is_superuser


def user_now(pk: object) -> Any:
    """Return a user as he is in the database, if he is there.

    Two of these are part of every click: as a statement it costs half of what it costs as a `QuerySet`.
    """
    return next(iter(get_user_model()._default_manager.raw(_statement(), [str(pk)])), None)


@cache
def _statement() -> str:
    options: Any = get_user_model()._meta
    return queries.USER.format(user=f'"{options.db_table}"', pk=f'"{options.pk.column}"')
