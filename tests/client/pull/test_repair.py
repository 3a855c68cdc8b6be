"""Repair asks master by key and goes in by apply."""

import pytest
from django.db import connection, transaction

from client.pull import repair as module
from client.pull.errors import MasterUnreachableError
from client.pull.repair import repair
from client.replication.announce import rows_applied
from client.replication.changes import RowChange
from client.replication.triggers import APPLYING
from client.users.models import User
from tests.client.people import a_replica, uid_of
from tests.client.pull.fake_master import FakeMaster
from tests.client.pull.users import put, row
from tests.client.replication.listening import listening
from tests.client.replication.users import names, versions

pytestmark = pytest.mark.django_db

ADA, BOB, CY = map(uid_of, ("ada", "bob", "cy"))


def edit_behind_replication(key: str, **fields: object) -> None:
    """Write replicated columns as only somebody who knows how could."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {APPLYING} = 'on'")
        User.objects.filter(uid=key).update(**fields)
        cursor.execute(f"SET LOCAL {APPLYING} = 'off'")


def test_missing_edited_and_extra_rows_are_brought_to_what_master_has(master: FakeMaster) -> None:
    bob, cy = a_replica("bob"), a_replica("cy")
    put(master, "ada")
    master.put(BOB, row("bob", first_name="Bob"), version=versions()[BOB])
    edit_behind_replication(BOB, first_name="Robert")
    master.versions = iter([versions()[CY] + 1])  # cy is not known there
    told: list[RowChange] = []
    with listening(lambda sender, changes, **_: told.extend(changes), rows_applied):
        repair("users", [ADA, BOB, CY])
    assert names() == {ADA: "ada", BOB: "bob"}
    bob.refresh_from_db()
    assert bob.first_name == "Bob"
    assert {(change.op, change.key) for change in told} == {
        ("upsert", ADA), ("upsert", BOB), ("delete", CY)
    }  # fmt: skip
    assert not User.objects.filter(pk=cy.pk).exists()


def test_what_is_repaired_is_told(master: FakeMaster) -> None:
    put(master, "ada")
    told: list[str] = []
    with listening(lambda sender, changes, **_: told.extend(change.key for change in changes), rows_applied):
        repair("users", [ADA])
    assert told == [ADA]


def test_rows_are_told_and_not_kept_however_many_there_are(master: FakeMaster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    keys = put(master, "ada", "bob", "cy")
    batches: list[int] = []
    with listening(lambda sender, changes, **_: batches.append(len(changes)), rows_applied):
        assert repair("users", keys).changes == []
    assert batches == [2, 1]


def test_what_cannot_be_held_is_said_and_hides_no_other(master: FakeMaster) -> None:
    put(master, "ada")
    master.put(BOB, row("x" * 151))
    master.put(CY, row("cy", is_active=7))
    repaired = repair("users", [ADA, BOB, CY])
    assert names() == {ADA: "ada"}
    assert {change.key for change, _ in repaired.refused} == {BOB, CY}


def test_without_master_nothing_is_written(master: FakeMaster) -> None:
    master.status = 503
    with pytest.raises(MasterUnreachableError):
        repair("users", [ADA])
    assert names() == {}
