"""Replicated columns of replicated rows are written by replication only, whoever tries."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from client.users.models import User
from tests.client.replication.things import apply_things, thing
from tests.client.replication.users import ADA, BOB, apply_users, assert_held, gone, user
from tests.client.things.models import Thing

# A write that apply made in the same transaction would be let through: here every statement has one of its own.
pytestmark = pytest.mark.django_db(transaction=True)

SENTENCE = "is a copy of master's: change or delete it there. Only columns of this client's own may be written here."


def raw(statement: str) -> Callable[[], object]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def delete_in_python() -> None:
    User.objects.get(uid=ADA).delete()


REFUSED: dict[str, Callable[[], object]] = {
    "QuerySet.update": lambda: User.objects.filter(uid=ADA).update(username="mine"),
    "an update that has other columns too": lambda: User.objects.filter(uid=ADA).update(
        email="x@y.example", status="x"
    ),
    "bulk_update": lambda: User.objects.bulk_update([User(pk=_pk(), is_active=False)], ["is_active"]),
    "raw SQL": raw("UPDATE users_user SET first_name = 'Mine'"),
    "taking the key away": lambda: User.objects.filter(uid=ADA).update(uid=None),
    "giving the key to a local row": lambda: User.objects.filter(username="root").update(uid=ADA),
    "QuerySet.delete": lambda: User.objects.filter(uid=ADA).delete(),
    "Model.delete": delete_in_python,
    "a raw delete": raw("DELETE FROM users_user WHERE username = 'ada'"),
    "an insert of a key that is deleted on master": lambda: User.objects.create(uid=BOB, username="bob"),
    "bulk_create": lambda: User.objects.bulk_create([User(uid=BOB, username="bob")]),
}


def _pk() -> int:
    return User.objects.get(uid=ADA).pk


@pytest.fixture(autouse=True)
def _rows() -> None:
    """Hold Ada, a tombstone of Bob, and a local superuser."""
    User.objects.create_superuser("root", password="secret")
    apply_users(user(ADA, 1, "ada"))
    apply_users(user(BOB, 2, "bob"))
    apply_users(gone(BOB, 3))


@pytest.mark.parametrize("case", REFUSED)
def test_a_write_that_is_not_replications_is_refused_with_a_sentence(case: str) -> None:
    with pytest.raises(DatabaseError, match=SENTENCE), transaction.atomic():
        REFUSED[case]()
    assert_held({ADA: "ada"})
    assert User.objects.filter(uid=None, username="root").exists()


def test_the_clients_own_columns_are_free() -> None:
    assert User.objects.filter(uid=ADA).update(status="busy", is_staff=True, password="!") == 1
    raw("UPDATE users_user SET status = 'very busy' WHERE username = 'ada'")()
    assert User.objects.get(uid=ADA).status == "very busy"


def test_a_write_that_changes_nothing_of_masters_is_no_write_to_it() -> None:
    assert User.objects.filter(uid=ADA).update(username="ada", status="busy") == 1


def test_local_rows_are_free() -> None:
    User.objects.filter(username="root").update(username="admin", uid=UUID(int=1))
    assert User.objects.filter(username="admin").delete()[0] == 1
    User.objects.create(uid=UUID(int=2), username="new")


def test_after_a_batch_the_same_connection_is_refused_again() -> None:
    apply_users(user(ADA, 9, "augusta"))
    with pytest.raises(DatabaseError, match="change or delete it there"):
        User.objects.filter(uid=ADA).update(username="mine")


def test_after_a_batch_that_failed_the_same_connection_is_refused_again() -> None:
    assert apply_users(user(ADA, 9, "a" * 151)).refused
    with pytest.raises(DatabaseError, match="change or delete it there"):
        User.objects.filter(uid=ADA).update(username="mine")


@pytest.mark.parametrize(
    "write",
    [
        lambda: Thing.objects.update(name="mine"),
        lambda: Thing.objects.update(code=2),
        lambda: Thing.objects.update(size=2),
        lambda: Thing.objects.all().delete(),
    ],
    ids=["a field", "the key", "a column named otherwise", "delete"],
)
def test_every_declared_table_is_guarded(write: Callable[[], object]) -> None:
    apply_things(thing(1, 1, name="lamp"))
    with pytest.raises(DatabaseError, match="This row of things_thing is a copy"):
        write()
    assert Thing.objects.update(shelf="top") == 1
