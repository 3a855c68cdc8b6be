"""Each object ends at its newest version."""

from itertools import permutations

import pytest

from client.replication.models import AppliedRow
from client.users.models import User
from tests.client.replication.users import (
    ADA,
    BOB,
    CHANGED_AT,
    CY,
    apply_singly,
    apply_users,
    assert_held,
    gone,
    held,
    some,
    user,
    versions,
)

pytestmark = pytest.mark.django_db


def test_a_new_object_is_written_with_the_models_defaults_elsewhere() -> None:
    applied = apply_users(user(ADA, 7, "ada", first_name="Ada", last_name="Lovelace", email="ada@example.org"))
    ada = held(ADA)
    assert (ada.username, ada.get_full_name(), ada.email, ada.is_active) == (
        "ada",
        "Ada Lovelace",
        "ada@example.org",
        True,
    )
    assert (ada.status, ada.is_staff, ada.is_superuser, ada.last_login, ada.password) == ("", False, False, None, "")
    assert ada.date_joined is not None
    assert versions() == {ADA: 7}
    assert [(each.op, each.key, each.version, each.repeated) for each in applied.changes] == [("upsert", ADA, 7, False)]


def test_a_newer_version_updates_the_row_and_leaves_the_clients_own_columns() -> None:
    apply_users(user(ADA, 1, "ada"))
    User.objects.filter(uid=ADA).update(status="in the engine room", is_staff=True)
    before = held(ADA)
    (change,) = apply_users(user(ADA, 2, "ada", first_name="Augusta")).changes
    after = held(ADA)
    assert after.first_name == "Augusta"
    assert (after.pk, after.status, after.is_staff) == (before.pk, "in the engine room", True)
    assert after.date_joined == before.date_joined
    assert change.changed == ("first_name",)
    assert change.changed_at == CHANGED_AT


def test_what_is_told_of_a_new_object_is_its_whole_row() -> None:
    (change,) = apply_users(user(ADA, 1, "ada", first_name="Ada")).changes
    assert change.row == {"username": "ada", "first_name": "Ada", "last_name": "", "email": "", "is_active": True}
    assert set(change.changed) == set(change.row)


def test_a_delete_removes_the_row_and_leaves_a_tombstone() -> None:
    apply_users(user(ADA, 1, "ada"))
    (change,) = apply_users(gone(ADA, 2)).changes
    assert_held({})
    assert (change.op, change.key, change.version, change.row) == ("delete", ADA, 2, None)
    tombstone = AppliedRow.objects.get(table="users", key=ADA)
    assert (tombstone.version, tombstone.deleted) == (2, True)


def test_a_delete_of_an_unknown_object_leaves_a_tombstone() -> None:
    (change,) = apply_users(gone(ADA, 2)).changes
    assert (change.op, change.repeated) == ("delete", False)
    assert AppliedRow.objects.get(key=ADA).deleted


def test_a_late_change_does_not_revive_a_deleted_object() -> None:
    apply_users(gone(ADA, 5))
    applied = apply_users(user(ADA, 4, "ada"))
    assert_held({})
    assert (applied.changes, applied.ignored) == ([], 1)
    assert versions() == {ADA: 5}


def test_a_later_change_brings_a_deleted_object_back() -> None:
    apply_singly(user(ADA, 1, "ada"), gone(ADA, 2), user(ADA, 3, "ada"))
    assert_held({ADA: "ada"})
    assert not AppliedRow.objects.get(key=ADA).deleted


def test_a_late_change_is_ignored() -> None:
    apply_users(user(ADA, 5, "ada"))
    applied = apply_users(user(ADA, 4, "adele"))
    assert_held({ADA: "ada"})
    assert (applied.changes, applied.ignored) == ([], 1)


def test_an_equal_version_is_told_again_and_nothing_is_written() -> None:
    apply_users(user(ADA, 5, "ada"))
    before = AppliedRow.objects.get(key=ADA).applied_at
    (change,) = apply_users(user(ADA, 5, "other")).changes
    assert_held({ADA: "ada"})
    assert AppliedRow.objects.get(key=ADA).applied_at == before
    assert change.repeated
    assert change.row is not None
    assert change.row["username"] == "ada"  # what is held is told, not what came
    assert set(change.changed) == set(change.row)


def test_a_delete_of_an_equal_version_is_told_again() -> None:
    apply_users(gone(ADA, 5))
    (change,) = apply_users(gone(ADA, 5)).changes
    assert (change.op, change.row, change.repeated) == ("delete", None, True)


def test_a_pulled_change_mends_a_row_of_its_own_version() -> None:
    apply_users(user(ADA, 5, "adaa"))
    (change,) = apply_users(user(ADA, 5, "ada", pulled=True)).changes
    assert_held({ADA: "ada"})
    assert (change.repeated, change.changed) == (False, ("username",))


def test_a_pulled_change_that_is_older_is_ignored() -> None:
    apply_users(user(ADA, 5, "ada"))
    assert apply_users(user(ADA, 4, "adele", pulled=True)).ignored == 1
    assert_held({ADA: "ada"})


def test_a_field_that_was_not_sent_is_left_as_it_is() -> None:
    apply_users(user(ADA, 1, "ada", first_name="Ada", email="ada@example.org"))
    (change,) = apply_users(some(ADA, 2, email="countess@example.org")).changes
    ada = held(ADA)
    assert (ada.username, ada.first_name, ada.email) == ("ada", "Ada", "countess@example.org")
    assert (change.row, change.changed) == ({"email": "countess@example.org"}, ("email",))


def test_rows_with_different_fields_share_a_batch() -> None:
    apply_users(user(ADA, 1, "ada"), user(BOB, 2, "bob"), user(CY, 3, "cy"))
    apply_users(some(ADA, 4, email="a@example.org"), some(BOB, 5, first_name="Bob"), user(CY, 6, "cyril"))
    assert (held(ADA).email, held(BOB).first_name) == ("a@example.org", "Bob")
    assert_held({ADA: "ada", BOB: "bob", CY: "cyril"})


def test_a_change_without_any_field_raises_the_version_only() -> None:
    apply_users(user(ADA, 1, "ada"))
    (change,) = apply_users(some(ADA, 2)).changes
    assert (change.row, change.changed) == ({}, ())
    assert_held({ADA: "ada"})
    assert versions() == {ADA: 2}


def test_a_new_object_without_any_field_gets_the_models_defaults() -> None:
    applied = apply_users(some(ADA, 2))
    assert applied.refused == []
    assert (held(ADA).username, held(ADA).is_active) == ("", True)


def test_of_many_changes_of_an_object_in_one_batch_only_the_newest_counts() -> None:
    changes = [user(ADA, 1, "a"), user(ADA, 3, "ada"), user(ADA, 2, "b")]
    (change,) = apply_users(*changes).changes
    assert change.version == 3
    assert_held({ADA: "ada"})


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_of_arrival_does_not_matter(order: tuple[int, ...]) -> None:
    history = [user(ADA, 1, "ada"), gone(ADA, 2), user(ADA, 3, "ada"), user(ADA, 4, "countess")]
    apply_singly(*(history[place] for place in order))
    assert_held({ADA: "countess"})
    assert versions() == {ADA: 4}
