"""Remembered passwords are listed; their hashes are shown nowhere, and nothing can be done to them."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from master.passwords.models import PasswordHash
from master.users.models import User
from tests.master.passwords.conftest import change, remembered, secret

LIST = "admin:passwords_passwordhash_changelist"


@pytest.fixture
def admin(ada: User) -> Client:
    change(ada, secret(0))
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def pages() -> list[str]:
    entry = PasswordHash.objects.get()
    users = reverse("admin:users_user_delete", args=[entry.user_id])
    return [reverse(LIST), reverse("admin:passwords_passwordhash_change", args=[entry.pk]), users]


def test_whose_and_since_when_is_shown_and_no_hash(admin: Client, ada: User) -> None:
    (encoded,) = remembered(ada)
    for page in pages():
        answer = admin.get(page)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "ada" in text
        assert not any(part in text for part in encoded.split("$")[2:])
    found = admin.get(reverse(LIST), {"q": "ada"}).context["cl"].result_count
    assert (found, admin.get(reverse(LIST), {"q": "bob"}).context["cl"].result_count) == (1, 0)


def test_nothing_can_be_done_there(admin: Client) -> None:
    entry = PasswordHash.objects.get()
    change_page = reverse("admin:passwords_passwordhash_change", args=[entry.pk])
    assert admin.post(change_page, {"user": entry.user_id}).status_code == 403
    assert admin.get(reverse("admin:passwords_passwordhash_add")).status_code == 403
    delete_page = reverse("admin:passwords_passwordhash_delete", args=[entry.pk])
    assert admin.post(delete_page, {"post": "yes"}).status_code == 403
    form = {"action": "delete_selected", "_selected_action": [str(entry.pk)], "post": "yes"}
    admin.post(reverse(LIST), form)
    assert PasswordHash.objects.get() == entry


def test_who_may_delete_users_deletes_those_who_had_passwords(admin: Client, ada: User) -> None:
    clerk = User.objects.create(username="clerk", is_staff=True)
    clerk.user_permissions.add(*Permission.objects.filter(codename__in=("delete_user", "view_user")))
    client = Client()
    client.force_login(clerk)
    assert client.get(reverse(LIST)).status_code == 403
    page = reverse("admin:users_user_delete", args=[ada.pk])
    assert client.post(page, {"post": "yes"}).status_code == 302
    assert not PasswordHash.objects.exists()
    assert not User.objects.filter(username="ada").exists()


def test_users_are_deleted_from_their_list(admin: Client, ada: User) -> None:
    form = {"action": "delete_selected", "_selected_action": [str(ada.pk)], "post": "yes"}
    assert admin.post(reverse("admin:users_user_changelist"), form).status_code == 302
    assert not PasswordHash.objects.exists()


def test_only_the_permission_to_look_is_offered(db: None) -> None:
    offered = Permission.objects.filter(content_type__app_label="passwords")
    assert list(offered.values_list("codename", flat=True)) == ["view_passwordhash"]
