"""Whatever changes a replicated table is captured in the transaction that changes it, and nothing else is."""

from collections.abc import Callable

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import update_last_login
from django.db import connection
from django.db.models import F
from django.http import HttpRequest

from master.outbox.claim import due_count
from master.outbox.models import OutboxRow
from master.users.models import User
from tests.master.database import sql
from tests.master.outbox.rows import DELETE, UPSERT, capturing, name_of, row_of, version_of
from tests.master.people import made_user, made_users

pytestmark = pytest.mark.django_db


def renamed(users: list[User], last_name: str) -> list[User]:
    for user in users:
        user.last_name = last_name
    return users


def test_a_new_user_is_pending_at_once() -> None:
    with capturing() as captured:
        ada = made_user()
    assert captured == {name_of(ada): UPSERT}
    row = row_of(ada)
    assert (row.published, row.attempts, row.error, row.deleted) == (0, 0, "", False)
    assert due_count(10) == 1


@pytest.mark.parametrize("field", ["username", "first_name", "last_name", "email"])
def test_each_replicated_field_counts(field: str) -> None:
    ada = made_user()
    with capturing() as captured:
        setattr(ada, field, "other@example.org")
        ada.save()
    assert captured == {name_of(ada): UPSERT}


def test_deactivation_counts() -> None:
    ada = made_user()
    with capturing() as captured:
        User.objects.filter(pk=ada.pk).update(is_active=False)
    assert captured == {name_of(ada): UPSERT}


def test_a_change_of_other_fields_costs_no_version() -> None:
    ada = made_user()
    with capturing() as captured:
        ada.set_password("a new secret")
        ada.is_superuser = True
        ada.save()
        update_last_login(User, ada)
        assert authenticate(HttpRequest(), username="ada", password="a new secret")
    assert captured == {}


def test_saving_without_a_change_costs_no_version() -> None:
    ada = made_user()
    with capturing() as captured:
        ada.save()
        User.objects.update(username=F("username"))
    assert captured == {}


def test_every_way_of_writing_is_captured() -> None:
    with capturing() as captured:
        users = made_users(3)
    assert captured == {name_of(user): UPSERT for user in users}
    ways: list[Callable[[], object]] = [
        lambda: User.objects.update(last_name="updated"),
        lambda: User.objects.bulk_update(renamed(users, "bulk"), ["last_name"]),
        lambda: sql("UPDATE users_user SET last_name = 'raw'"),
        lambda: sql(
            "MERGE INTO users_user u USING users_user s ON u.id = s.id WHEN MATCHED THEN UPDATE SET last_name = 'm'"
        ),
    ]
    for way in ways:
        with capturing() as captured:
            way()
        assert captured == {name_of(user): UPSERT for user in users}
    with capturing() as captured:
        User.objects.all().delete()
    assert captured == {name_of(user): DELETE for user in users}
    assert User.objects.count() == 0


def test_an_upsert_in_bulk_is_captured_whether_it_inserts_or_updates() -> None:
    ada = made_user("ada")
    with capturing() as captured:
        made = User.objects.bulk_create(
            [User(username="ada", last_name="Lovelace"), User(username="bob")],
            update_conflicts=True,
            unique_fields=["username"],
            update_fields=["last_name"],
        )
    assert captured == {name_of(ada): UPSERT, name_of(made[1]): UPSERT}


def test_rows_copied_in_are_captured() -> None:
    uid = "5f0a3a4e-2f5c-4a67-8f1e-0d9b8c7a6e55"
    columns = "password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined, uid"
    with (
        capturing() as captured,
        connection.cursor() as cursor,
        cursor.copy(f"COPY users_user ({columns}) FROM STDIN") as copy,
    ):
        copy.write_row(("", False, "copied", "", "", "", False, True, "2026-11-21 07:50:00Z", uid))
    assert captured == {f"users/{uid}": UPSERT}


def test_a_statement_that_meets_no_row_captures_nothing() -> None:
    made_user()
    with capturing() as captured:
        User.objects.filter(username="nobody").update(last_name="x")
        User.objects.filter(username="nobody").delete()
    assert captured == {}


def test_only_the_rows_that_a_bulk_write_changes_get_a_version() -> None:
    ada, bob = made_user("ada", last_name="same"), made_user("bob")
    with capturing() as captured:
        User.objects.update(last_name="same")
    assert captured == {name_of(bob): UPSERT}
    assert name_of(ada) not in captured


def test_a_changed_key_is_a_delete_and_an_upsert() -> None:
    ada = made_user()
    old = name_of(ada)
    with capturing() as captured:
        ada.uid = User().uid
        ada.save()
    assert captured == {old: DELETE, name_of(ada): UPSERT}


def test_keys_swapped_in_one_statement_are_two_upserts() -> None:
    ada, bob = made_user("ada"), made_user("bob")
    sql("ALTER TABLE users_user DROP CONSTRAINT users_user_uid_key")
    with capturing() as captured:
        sql(
            "UPDATE users_user SET uid = CASE username WHEN 'ada' THEN %s::uuid ELSE %s::uuid END",
            str(bob.uid),
            str(ada.uid),
        )
    assert captured == {name_of(ada): UPSERT, name_of(bob): UPSERT}


def test_a_changed_primary_key_is_an_upsert_of_the_same_object() -> None:
    ada = made_user()
    with capturing() as captured:
        User.objects.filter(pk=ada.pk).update(id=ada.pk + 1_000)
    assert captured == {name_of(ada): UPSERT}


def test_staff_are_never_captured() -> None:
    with capturing() as captured:
        root = made_user("root", is_staff=True)
        root.email = "root@example.org"
        root.save()
        root.delete()
    assert captured == {}


def test_who_becomes_staff_is_gone_and_who_leaves_is_back() -> None:
    ada = made_user()
    with capturing() as captured:
        User.objects.update(is_staff=True)
    assert captured == {name_of(ada): DELETE}
    with capturing() as captured:
        User.objects.update(is_staff=True, last_name="unseen")
        User.objects.filter(is_staff=True).update(email="unseen@example.org")
    assert captured == {}
    with capturing() as captured:
        User.objects.update(is_staff=False)
    assert captured == {name_of(ada): UPSERT}


def test_deleting_staff_who_were_seen_once_captures_nothing_more() -> None:
    made_user()
    User.objects.update(is_staff=True)
    with capturing() as captured:
        User.objects.all().delete()
    assert captured == {}


def test_the_row_of_a_deleted_user_is_kept_and_a_new_user_of_the_same_key_has_a_higher_version() -> None:
    ada = made_user()
    version, uid = version_of(ada), ada.uid
    ada.delete()
    tombstone = OutboxRow.objects.get(key=uid)
    assert tombstone.deleted
    assert tombstone.version > version
    again = made_user(uid=uid)
    assert version_of(again) > tombstone.version
    assert not row_of(again).deleted


def test_a_new_version_forgets_what_became_of_the_one_before() -> None:
    ada = made_user()
    OutboxRow.objects.update(attempts=7, error="refused", published=1, due_at="2099-01-01T00:00:00Z")
    ada.email = "ada@example.org"
    ada.save()
    row = row_of(ada)
    assert (row.attempts, row.error, row.published) == (0, "", 1)
    assert row.due_at.year < 2099
