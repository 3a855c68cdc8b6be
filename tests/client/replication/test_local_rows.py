"""A row without a guard is the client's own: nobody changes, reports or deletes it."""

import logging
from uuid import UUID

import pytest

from client.replication.changes import Clash
from client.replication.models import AppliedRow
from client.replication.report import report
from client.users.models import User
from tests.client.counting import counted
from tests.client.replication.users import ADA, BOB, apply_users, gone, held, user, versions

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> User:
    """Return the client's own superuser."""
    return User.objects.create_superuser("root", email="root@client.example", password="secret")


def assert_untouched(local: User) -> None:
    now = User.objects.get(pk=local.pk)
    names = [field.attname for field in User._meta.concrete_fields]
    assert [getattr(now, name) for name in names] == [getattr(local, name) for name in names]


def test_a_replica_that_clashes_is_applied_set_aside_and_reported(root: User) -> None:
    applied = apply_users(user(ADA, 5, "root", first_name="Ada"))
    assert_untouched(root)
    assert (held(ADA).username, held(ADA).first_name) == (f"~{ADA}", "Ada")
    assert applied.clashes == [Clash(key=ADA, field="username", value="root")]
    assert [each.key for each in applied.changes] == [ADA]


def test_a_clash_is_logged_with_its_key_and_counted(root: User, caplog: pytest.LogCaptureFixture) -> None:
    applied = apply_users(user(ADA, 5, "root"))
    with caplog.at_level(logging.WARNING), counted("replication_clashes_total", table="users") as clashes:
        report("users", applied)
    assert clashes() == 1
    (record,) = caplog.records
    assert (record.message, vars(record)["key"], vars(record)["field"]) == ("clash with a local row", ADA, "username")


def test_every_claim_on_a_local_rows_name_is_set_aside(root: User) -> None:
    applied = apply_users(user(ADA, 5, "root"), user(BOB, 6, "root"))
    assert_untouched(root)
    assert (held(ADA).username, held(BOB).username) == (f"~{ADA}", f"~{BOB}")
    assert [clash.key for clash in applied.clashes] == sorted([ADA, BOB])


def test_a_replica_takes_its_next_name_once_it_clashes_no_more(root: User) -> None:
    apply_users(user(ADA, 5, "root"))
    assert apply_users(user(ADA, 6, "ada")).clashes == []
    assert held(ADA).username == "ada"


def test_a_pulled_change_repairs_a_clash_after_the_local_row_is_renamed(root: User) -> None:
    apply_users(user(ADA, 5, "root"))
    root.username = "admin"
    root.save()
    assert apply_users(user(ADA, 5, "root", pulled=True)).clashes == []
    assert held(ADA).username == "root"


@pytest.fixture
def twin() -> User:
    """Return a local row that has a key of its own."""
    return User.objects.create(uid=UUID(ADA), username="twin")


def test_a_local_row_with_the_incoming_key_is_left_alone(twin: User) -> None:
    applied = apply_users(user(ADA, 5, "ada"), user(BOB, 6, "bob"))
    assert_untouched(twin)
    assert applied.clashes == [Clash(key=ADA, field="uid", value=ADA)]
    assert [each.key for each in applied.changes] == [BOB]
    assert versions() == {BOB: 6}


def test_a_delete_of_a_local_rows_key_is_left_alone(twin: User) -> None:
    applied = apply_users(gone(ADA, 5))
    assert_untouched(twin)
    assert (applied.changes, [clash.key for clash in applied.clashes]) == ([], [ADA])
    assert not AppliedRow.objects.exists()


def test_a_local_row_with_a_key_keeps_its_name_as_well(twin: User) -> None:
    applied = apply_users(user(BOB, 6, "twin"))
    assert_untouched(twin)
    assert held(BOB).username == f"~{BOB}"
    assert applied.clashes == [Clash(key=BOB, field="username", value="twin")]
