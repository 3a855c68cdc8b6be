"""Rows are leased to one publisher at a time, and never at the cost of a writer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from master.outbox import queries
from master.outbox.claim import LEASE_SECONDS, claim, due_count
from master.outbox.models import OutboxRow
from master.outbox.publisher import publish_pending
from master.outbox.render import render
from master.users.models import User
from tests.master.database import Connection, another_connection, value
from tests.master.outbox.fakes import FakeSns
from tests.master.outbox.rows import let_time_pass, name_of, pending, row_of, version_of
from tests.master.people import made_user, made_users

CHANGE = "UPDATE users_user SET last_name = %s WHERE username = %s"


@pytest.fixture
def impatient(transactional_db: None) -> Iterator[None]:
    """Whoever waits for a lock for a second fails."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1s'")
        yield
        cursor.execute("RESET lock_timeout")


def claim_as(other: Connection, limit: int) -> set[str]:
    params: dict[str, Any] = {"limit": limit, "seconds": LEASE_SECONDS, "tables": ["users"]}
    return {key for _, key in other.execute(queries.CLAIM, params).fetchall()}


def waiting_sessions(other: Connection) -> int:
    """Count the sessions that wait for a lock at this moment."""
    return int(value(other, "SELECT count(*) FROM pg_locks WHERE NOT granted"))


@pytest.mark.django_db
def test_a_claimed_row_is_leased_and_its_attempt_is_counted() -> None:
    ada = made_user()
    assert due_count(10) == 1
    assert claim() == {"users": [str(ada.uid)]}
    assert due_count(10) == 0
    assert claim() == {}
    row = row_of(ada)
    lease = row.due_at - timezone.now()
    assert timedelta(seconds=LEASE_SECONDS - 10) < lease <= timedelta(seconds=LEASE_SECONDS)
    assert (row.attempts, row.published) == (1, 0)


@pytest.mark.django_db
def test_a_lease_that_ran_out_is_claimed_again() -> None:
    """A publisher that was killed loses nothing."""
    ada = made_user()
    claim()
    let_time_pass()
    assert claim() == {"users": [str(ada.uid)]}
    assert row_of(ada).attempts == 2


@pytest.mark.django_db
def test_a_new_version_ends_the_lease() -> None:
    ada = made_user()
    claim()
    User.objects.update(last_name="new")
    assert claim() == {"users": [str(ada.uid)]}


@pytest.mark.django_db
def test_what_is_due_longest_is_claimed_first() -> None:
    ada, bob, eve = (made_user(name) for name in ("ada", "bob", "eve"))
    now = timezone.now()
    for user, seconds in ((ada, 10), (bob, 30), (eve, 20)):
        OutboxRow.objects.filter(key=user.uid).update(due_at=now - timedelta(seconds=seconds))
    assert claim(1) == {"users": [str(bob.uid)]}
    assert claim(1) == {"users": [str(eve.uid)]}
    assert claim(5) == {"users": [str(ada.uid)]}


@pytest.mark.django_db
def test_counting_stops_at_the_limit() -> None:
    made_users(7)
    assert (due_count(5), due_count(500)) == (5, 7)


@pytest.mark.django_db
def test_state_and_version_are_rendered_as_they_are_and_not_as_they_were_claimed() -> None:
    ada = made_user(last_name="claimed")
    keys = claim()["users"]
    User.objects.update(last_name="rendered")
    (rendered,) = render("users", keys)
    assert rendered.change.version == version_of(ada)
    assert b'"rendered"' in bytes(rendered.change.row)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_what_is_missing_in_the_table_is_rendered_as_deleted_whatever_the_outbox_says() -> None:
    ada, root = made_user("ada"), made_user("root")
    keys = claim()["users"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger fires
        cursor.execute("DELETE FROM users_user WHERE username = 'ada'")
        cursor.execute("UPDATE users_user SET is_staff = true WHERE username = 'root'")
    assert {each.change.key: each.change.op for each in render("users", keys)} == {
        str(ada.uid): "delete",
        str(root.uid): "delete",
    }


@pytest.mark.usefixtures("impatient")
def test_two_claimers_never_hold_one_row() -> None:
    users = {str(user.uid) for user in made_users(10)}
    with another_connection() as first, another_connection() as second:
        mine = claim_as(first, 6)
        theirs = claim_as(second, 10)
        assert len(mine) == 6
        assert mine | theirs == users
        assert not mine & theirs
        assert claim() == {}


@pytest.mark.usefixtures("impatient")
def test_a_row_that_a_writer_holds_is_left_to_the_next_claim(sns: FakeSns) -> None:
    ada, bob = made_user("ada"), made_user("bob")
    with another_connection() as writer, another_connection() as witness:
        writer.execute(CHANGE, ("open", "ada"))
        assert publish_pending() == 1
        assert sns.newest.keys() == {name_of(bob)}
        assert waiting_sessions(witness) == 0
        writer.execute(CHANGE, ("goes on", "bob"))
        writer.commit()
    assert pending() == {name_of(ada), name_of(bob)}
    assert publish_pending() == 2
    assert {row["last_name"] for row in sns.newest.values()} == {"open", "goes on"}


@pytest.mark.usefixtures("impatient")
def test_a_writer_between_claim_and_finish_is_neither_delayed_nor_aborted(sns: FakeSns) -> None:
    """A finish that waited for the writer's row, holding others, would deadlock with it."""
    users = made_users(10)
    with another_connection() as writer, another_connection() as witness:

        def write_meanwhile() -> None:
            writer.execute(CHANGE, ("meanwhile", "u7"))
            assert waiting_sessions(witness) == 0

        sns.before = write_meanwhile
        assert publish_pending() == 10
        assert waiting_sessions(witness) == 0
        for number in (9, 0, 8, 1):
            writer.execute(CHANGE, ("meanwhile", f"u{number}"))
        writer.commit()
    sns.before = lambda: None
    changed = {name_of(users[number]) for number in (0, 1, 7, 8, 9)}
    assert pending() == changed
    assert publish_pending() == 5
    assert {name for name, row in sns.newest.items() if row["last_name"] == "meanwhile"} == changed
    assert pending() == set()


@pytest.mark.usefixtures("impatient")
def test_what_a_writer_holds_at_the_finish_and_then_rolls_back_is_sent_again_after_its_lease(sns: FakeSns) -> None:
    ada = made_user("ada")
    with another_connection() as writer:
        sns.before = lambda: writer.execute(CHANGE, ("phantom", "ada"))
        publish_pending()
        writer.rollback()
    sns.before = lambda: None
    assert pending() == {name_of(ada)}
    assert publish_pending() == 0
    let_time_pass()
    assert publish_pending() == 1
    assert sns.times_sent == {name_of(ada): 2}
    assert {event["row"]["last_name"] for event in sns.events} == {""}
    assert pending() == set()
