"""Users in the client's own admin."""

import re

import pytest
from django.contrib.admin import site
from django.test import Client
from django.utils.functional import Promise

from client.users.models import User
from tests.client.people import uid_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("count_in_redis")]
REPLICATED = {"username", "first_name", "last_name", "email", "is_active"}


@pytest.fixture
def root() -> User:
    """Return this client's own superuser."""
    return User.objects.create_superuser("root", first_name="Local")


@pytest.fixture
def admin(root: User) -> Client:
    """Return a browser in which he is signed in."""
    client = Client()
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    return client


def inputs(page: bytes) -> set[str]:
    """Return the names of the fields that a page lets edit."""
    return set(re.findall(r'<(?:input|select|textarea)[^>]*\sname="(\w+)"', page.decode()))


def test_of_a_replica_only_the_clients_own_is_edited(admin: Client, ada: User) -> None:
    page = admin.get(f"/admin/users/user/{ada.pk}/change/").content
    assert not inputs(page) & REPLICATED
    assert {"status", "is_staff"} <= inputs(page)
    assert uid_of("ada") in page.decode()


def test_a_local_user_is_edited_in_full(admin: Client, root: User) -> None:
    assert inputs(admin.get(f"/admin/users/user/{root.pk}/change/").content) >= {*REPLICATED, "status"}


def test_an_edit_of_a_replica_keeps_what_master_owns(admin: Client, ada: User) -> None:
    dates = {"last_login_0": "", "last_login_1": "", "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    answer = admin.post(
        f"/admin/users/user/{ada.pk}/change/", {"status": "seen", "first_name": "Forged", "is_staff": "on", **dates}
    )
    assert answer.status_code == 302
    ada.refresh_from_db()
    assert (ada.status, ada.first_name, ada.is_staff) == ("seen", "Ada", True)


def test_a_replica_is_deleted_on_master_only(admin: Client, ada: User) -> None:
    assert admin.post(f"/admin/users/user/{ada.pk}/delete/", {"post": "yes"}).status_code == 403
    local = User.objects.create_user("local")
    chosen = {"action": "delete_selected", "_selected_action": [ada.pk, local.pk], "post": "yes"}
    assert "delete it on master" in admin.post("/admin/users/user/", chosen, follow=True).content.decode()
    assert User.objects.filter(pk__in=[ada.pk, local.pk]).count() == 2
    admin.post("/admin/users/user/", {**chosen, "_selected_action": [local.pk]})
    assert not User.objects.filter(pk=local.pk).exists()


def test_users_are_listed_with_where_they_come_from(admin: Client, ada: User) -> None:
    page = admin.get("/admin/users/user/").content.decode()
    assert page.count("icon-yes.svg") > page.count("icon-no.svg") > 0


def test_what_the_admin_calls_our_apps_is_marked_for_translation() -> None:
    ours = {model._meta.app_config for model in site._registry if model.__module__.startswith("client.")}
    assert {config.label for config in ours} >= {"users"}
    assert [config.label for config in ours if not isinstance(config.verbose_name, Promise)] == []
