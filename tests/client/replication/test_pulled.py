"""What was pulled from master mends what is held at an equal version, and leaves alone what is right."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from client.replication.changes import Incoming
from client.replication.triggers import APPLYING
from client.users.models import User
from tests.client.replication.things import apply_things, thing
from tests.client.replication.things import held as held_thing
from tests.client.replication.users import ADA, BOB, CY, apply_users, assert_held, gone, user
from tests.client.things.models import Thing

pytestmark = pytest.mark.django_db


def pulled(change: Incoming) -> Incoming:
    return Incoming(key=change.key, version=change.version, deleted=change.deleted, row=change.row, pulled=True)


def edit(statement: str, *params: Any) -> None:
    """Write replicated columns behind replication's back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {APPLYING} = 'on'")
        cursor.execute(statement, params)
        cursor.execute(f"SET LOCAL {APPLYING} = 'off'")


def test_what_is_held_already_is_neither_written_nor_told() -> None:
    apply_users(user(ADA, 5, "ada"), gone(BOB, 6))
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin FROM users_user UNION ALL SELECT xmin FROM replication_applied_row")
        before = cursor.fetchall()
    applied = apply_users(user(ADA, 5, "ada", pulled=True), pulled(gone(BOB, 6)))
    assert (applied.unchanged, applied.changes, applied.ignored) == (2, [], 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin FROM users_user UNION ALL SELECT xmin FROM replication_applied_row")
        assert cursor.fetchall() == before


def test_what_was_edited_or_deleted_here_is_mended() -> None:
    apply_users(user(ADA, 5, "ada"), user(BOB, 6, "bob"), gone(CY, 7))
    edit("UPDATE users_user SET first_name = 'Edited' WHERE uid = %s", ADA)
    edit("DELETE FROM users_user WHERE uid = %s", BOB)
    applied = apply_users(user(ADA, 5, "ada", pulled=True), user(BOB, 6, "bob", pulled=True))
    assert applied.unchanged == 0
    assert {(change.key, change.changed, change.created) for change in applied.changes} == {
        (ADA, ("first_name",), False),
        (BOB, ("username", "first_name", "last_name", "email", "is_active"), True),
    }
    assert_held({ADA: "ada", BOB: "bob"})


def test_a_row_that_came_back_behind_a_tombstone_is_removed() -> None:
    apply_users(gone(ADA, 5))
    values = "'', '', '', true, false, false, '', '', now()"
    columns = "first_name, last_name, email, is_active, is_staff, is_superuser, password, status, date_joined"
    edit(f"INSERT INTO users_user (uid, username, {columns}) VALUES (%s, 'ada', {values})", ADA)  # noqa: S608
    applied = apply_users(pulled(gone(ADA, 5)))
    assert [(change.op, change.created) for change in applied.changes] == [("delete", False)]
    assert not User.objects.exists()


def test_a_row_is_created_once() -> None:
    assert [change.created for change in apply_users(user(ADA, 5, "ada", pulled=True)).changes] == [True]
    assert [change.created for change in apply_users(user(ADA, 6, "ada", pulled=True)).changes] == [False]
    assert [change.created for change in apply_users(user(ADA, 6, "ada")).changes] == [False]


def test_a_value_that_stays_set_aside_is_no_change() -> None:
    User.objects.create_user("ada")
    apply_users(user(ADA, 5, "ada"))
    applied = apply_users(user(ADA, 5, "ada", pulled=True))
    assert (applied.unchanged, applied.changes, len(applied.clashes)) == (1, [], 1)


def test_every_kind_of_value_but_a_duration_is_known_again() -> None:
    values: dict[str, Any] = {
        "name": "a thing",
        "badge": 7,
        "address": "10.0.0.1",
        "size": 3,
        "price": Decimal("1.5"),
        "weight": 0.1,
        "born": date(2026, 1, 2),
        "at": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
        "rises": time(6, 7),
        "batch": UUID(ADA),
        "extra": {"a": [1, None, "x"]},
        "is_active": True,
    }
    apply_things(thing(1, 5, **values))
    applied = apply_things(pulled(thing(1, 5, **values)))
    assert (applied.unchanged, [change.changed for change in applied.changes]) == (1, [])
    none = {name: None for name in values if Thing._meta.get_field(name).null}
    apply_things(thing(1, 6, **none))
    assert apply_things(pulled(thing(1, 6, **none))).unchanged == 1


def test_a_thing_that_is_deactivated_already_is_no_change() -> None:
    apply_things(thing(1, 5, name="one"), thing(2, 6, name="two"))
    apply_things(Incoming(key="1", version=7, deleted=True, row={}), Incoming(key="2", version=8, deleted=True, row={}))
    edit("UPDATE things_thing SET is_active = true WHERE code = 2")
    applied = apply_things(pulled(Incoming(key="1", version=7, deleted=True, row={})),
                           pulled(Incoming(key="2", version=8, deleted=True, row={})))  # fmt: skip
    assert (applied.unchanged, [change.key for change in applied.changes]) == (1, ["2"])
    assert not held_thing(2).is_active
