"""Users in master's admin: found, filtered, changed, and with a history."""

import re
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.test import Client
from django.urls import reverse
from django.utils.functional import Promise

from master.outbox.models import OutboxRow
from master.users.models import User
from tests.master.outbox.rows import DELETE, UPSERT, capturing, name_of
from tests.master.people import made_user

pytestmark = pytest.mark.django_db

LIST, ADD = "admin:users_user_changelist", "admin:users_user_add"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root", password="a secret"))
    return client


def listed(admin: Client, **query: str) -> set[str]:
    answer = admin.get(reverse(LIST), query)
    assert answer.status_code == 200
    return {user.username for user in answer.context["cl"].result_list}


def change_page(user: User) -> str:
    return reverse("admin:users_user_change", args=[user.pk])


def form_of(admin: Client, user: User, **changed: str) -> dict[str, Any]:
    """Return what a browser would send for a user's form, some fields changed."""
    form = admin.get(change_page(user)).context["adminform"].form
    values = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    joined = values.pop("date_joined")
    return values | {"date_joined_0": f"{joined:%Y-%m-%d}", "date_joined_1": f"{joined:%H:%M:%S}", **changed}


def history(user_id: int) -> list[int]:
    entries = LogEntry.objects.filter(object_id=str(user_id), content_type__app_label="users")
    return list(entries.order_by("pk").values_list("action_flag", flat=True))


@pytest.mark.parametrize("words", ["isolde", "Lovelace", "Augusta", "isolde@example", "augusta lovelace"])
def test_users_are_found_by_name_and_address(admin: Client, words: str) -> None:
    # a name that no key of chance begins with: keys are searched too
    made_user("isolde", first_name="Augusta", last_name="Lovelace", email="isolde@example.org")
    made_user("bob")
    assert listed(admin, q=words) == {"isolde"}


def test_users_are_found_by_the_key_that_clients_know_them_by(admin: Client) -> None:
    ada = made_user("ada")
    made_user("bob")
    assert listed(admin, q=str(ada.uid)) == {"ada"}
    assert listed(admin, q=str(ada.uid)[:13]) == {"ada"}


def test_the_list_is_filtered(admin: Client) -> None:
    made_user("ada")
    made_user("gone", is_active=False)
    made_user("helper", is_staff=True)
    assert listed(admin, is_active__exact="0") == {"gone"}
    assert listed(admin, is_staff__exact="1") == {"helper", "root"}
    assert listed(admin, is_superuser__exact="1") == {"root"}


def test_the_list_shows_what_is_replicated(admin: Client) -> None:
    ada = made_user("ada", first_name="Augusta", last_name="Lovelace", email="ada@example.org")
    page = admin.get(reverse(LIST)).content.decode()
    for text in ("ada", "Augusta", "Lovelace", "ada@example.org", str(ada.uid)):
        assert text in page


def test_a_user_is_added_with_a_uid_and_replicated(admin: Client) -> None:
    password = "correct horse battery"
    form = {"username": "ada", "usable_password": "true", "password1": password, "password2": password}
    with capturing() as captured:
        answer = admin.post(reverse(ADD), form)
    assert answer.status_code == 302, answer.context["errors"]
    ada = User.objects.get(username="ada")
    assert captured == {name_of(ada): UPSERT}
    assert ada.check_password(password)
    assert history(ada.pk) == [ADDITION]


def test_a_weak_password_is_refused_in_the_form(admin: Client) -> None:
    form = {"username": "ada", "usable_password": "true", "password1": "password", "password2": "password"}
    answer = admin.post(reverse(ADD), form)
    assert answer.status_code == 200
    assert "too common" in answer.content.decode()
    assert not User.objects.filter(username="ada").exists()


def test_a_name_is_changed_and_the_history_tells_by_whom_and_what(admin: Client) -> None:
    ada = made_user("ada")
    with capturing() as captured:
        answer = admin.post(change_page(ada), form_of(admin, ada, last_name="Lovelace"))
    assert answer.status_code == 302, answer.context["errors"]
    ada.refresh_from_db()
    assert ada.last_name == "Lovelace"
    assert captured == {name_of(ada): UPSERT}
    page = admin.get(reverse("admin:users_user_history", args=[ada.pk])).content.decode()
    assert "root" in page
    assert "Changed Last name" in page
    assert history(ada.pk) == [CHANGE]


def test_saving_the_form_unchanged_captures_nothing(admin: Client) -> None:
    ada = made_user("ada", email="ada@example.org")
    with capturing() as captured:
        answer = admin.post(change_page(ada), form_of(admin, ada))
    assert answer.status_code == 302, answer.context["errors"]
    assert captured == {}


def test_the_uid_is_shown_and_cannot_be_changed(admin: Client) -> None:
    ada = made_user("ada")
    page = admin.get(change_page(ada)).content.decode()
    assert str(ada.uid) in page
    assert re.search(r"<input[^>]*name=\"uid\"", page) is None
    admin.post(change_page(ada), form_of(admin, ada, uid="5f0a3a4e-2f5c-4a67-8f1e-0d9b8c7a6e55"))
    assert User.objects.get(pk=ada.pk).uid == ada.uid


def test_a_user_is_deleted_on_its_page(admin: Client) -> None:
    ada = made_user("ada")
    name = name_of(ada)
    with capturing() as captured:
        answer = admin.post(reverse("admin:users_user_delete", args=[ada.pk]), {"post": "yes"})
    assert answer.status_code == 302
    assert captured == {name: DELETE}
    assert history(ada.pk) == [DELETION]


def test_users_are_deleted_from_the_list(admin: Client) -> None:
    users = [made_user("ada"), made_user("bob")]
    names = {name_of(user) for user in users}
    form = {"action": "delete_selected", "_selected_action": [str(user.pk) for user in users], "post": "yes"}
    with capturing() as captured:
        assert admin.post(reverse(LIST), form).status_code == 302
    assert captured == dict.fromkeys(names, DELETE)


def test_an_administrator_at_work_is_not_replicated(admin: Client) -> None:
    admin.get(reverse(LIST))
    assert OutboxRow.objects.count() == 0


def test_strangers_and_ordinary_users_are_sent_to_the_sign_in(client: Client) -> None:
    for user in (None, made_user("ada")):
        if user:
            client.force_login(user)
        answer = client.get(reverse(LIST))
        assert answer.status_code == 302
        assert reverse("admin:login") in answer["Location"]


def test_what_the_admin_calls_our_apps_is_marked_for_translation() -> None:
    ours = {model._meta.app_config for model in site._registry if model.__module__.startswith("master.")}
    assert {config.label for config in ours} >= {"users"}
    assert [config.label for config in ours if not isinstance(config.verbose_name, Promise)] == []
