"""Who calls a signal: the user as he is now."""

from typing import Any

import pytest
from df_websockets.decorators import has_perm, is_authenticated, is_staff, is_superuser
from df_websockets.window_info import WindowInfo
from django.contrib.auth.models import Permission
from django.test import RequestFactory

from client.users.models import User

pytestmark = pytest.mark.django_db


def travelled(user: User) -> dict[str, Any]:
    """Return what of a window of a user travels in a task's arguments."""
    request: Any = RequestFactory().get("/", headers={"User-Agent": "a test"})
    request.COOKIES = {"client_csrftoken": "secret"}
    request.user, request.window_key = user, "w"
    values: dict[str, Any] = WindowInfo.from_request(request).to_dict()
    return values


def test_neither_permissions_nor_cookies_travel() -> None:
    values = travelled(User.objects.create_superuser("root"))
    assert not {"is_superuser", "is_staff", "is_active", "perms", "username"} & values.keys()
    assert "secret" not in str(values)
    assert values["user_agent"] == "a test"


def test_who_was_made_less_meanwhile_is_less() -> None:
    values = travelled(User.objects.create_superuser("root"))
    User.objects.update(is_staff=False, is_superuser=False)
    info = WindowInfo.from_dict(values)
    assert [allowed(None, info, {}) for allowed in (is_authenticated, is_staff, is_superuser)] == [True, False, False]
    assert not has_perm("users.view_user")(None, info, {})


def test_a_permission_counts_from_the_moment_it_is_given() -> None:
    clerk = User.objects.create_user("clerk")
    values = travelled(clerk)
    clerk.user_permissions.add(Permission.objects.get(codename="view_user"))
    assert has_perm("users.view_user")(None, WindowInfo.from_dict(values), {})
    clerk.user_permissions.clear()
    assert not has_perm("users.view_user")(None, WindowInfo.from_dict(values), {})


@pytest.mark.parametrize("gone", ["deactivated", "deleted"])
def test_who_is_gone_is_nobody(gone: str) -> None:
    values = travelled(User.objects.create_superuser("root"))
    if gone == "deleted":
        User.objects.all().delete()
    else:
        User.objects.update(is_active=False)
    info = WindowInfo.from_dict(values)
    assert not any(allowed(None, info, {}) for allowed in (is_authenticated, is_staff, is_superuser))
    assert not info.has_perm("users.view_user")
    assert info.is_anonymous


def test_a_signal_from_the_server_has_no_user() -> None:
    for info in (WindowInfo(), WindowInfo.from_dict(WindowInfo().to_dict())):
        assert (info.user, info.user_pk, info.is_authenticated, info.perms) == (None, None, False, set())
