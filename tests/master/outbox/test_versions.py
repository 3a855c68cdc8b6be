"""Versions follow the order of commits, for one key and for the holders of one unique value."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from master.users.models import User
from stack.waiting import wait_until
from tests.master.database import Connection, another_connection, value
from tests.master.outbox.rows import row_of, version_of
from tests.master.people import made_user

pytestmark = pytest.mark.django_db(transaction=True)

RENAME = "UPDATE users_user SET username = %s WHERE uid = %s"
DESCRIBE = "UPDATE users_user SET last_name = %s WHERE uid = %s"


def waits_for_a_lock(other: Connection) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s", [other.info.backend_pid])
        return bool(cursor.fetchone()[0] == "Lock")


def test_of_two_writers_of_one_row_the_later_to_commit_has_the_higher_version() -> None:
    ada = made_user()
    with another_connection() as first, another_connection() as second, ThreadPoolExecutor() as threads:
        first.execute(DESCRIBE, ("first", ada.uid))
        writing = threads.submit(second.execute, DESCRIBE, ("second", ada.uid))
        assert wait_until(lambda: waits_for_a_lock(second), seconds=5)
        first_version = value(first, "SELECT version FROM outbox_row WHERE key = %s", str(ada.uid))
        first.commit()
        writing.result()
        second.commit()
    ada.refresh_from_db()
    assert ada.last_name == "second"
    assert version_of(ada) > first_version


def test_a_version_is_taken_under_the_lock_of_the_row_and_not_before() -> None:
    ada = made_user()
    with another_connection() as holder, another_connection() as writer, ThreadPoolExecutor() as threads:
        holder.execute("SELECT FROM outbox_row WHERE key = %s FOR UPDATE", (str(ada.uid),))
        writing = threads.submit(writer.execute, DESCRIBE, ("patient", ada.uid))
        assert wait_until(lambda: waits_for_a_lock(writer), seconds=5)
        meanwhile = value(holder, "SELECT nextval('outbox_version')")
        holder.commit()
        writing.result()
        writer.commit()
    assert version_of(ada) > meanwhile


def test_whoever_takes_over_a_username_has_the_higher_version() -> None:
    """Stamped before the lock is waited for, the taker would look older than the one who gave the name away."""
    giver, taker = made_user("wanted"), made_user("taker")
    with another_connection() as first, another_connection() as second, ThreadPoolExecutor() as threads:
        first.execute(RENAME, ("given-away", giver.uid))
        taking = threads.submit(second.execute, RENAME, ("wanted", taker.uid))
        assert wait_until(lambda: waits_for_a_lock(second), seconds=5)
        first.execute(DESCRIBE, ("last word", giver.uid))
        first.commit()
        taking.result()
        second.commit()
    assert User.objects.get(username="wanted") == taker
    assert version_of(taker) > version_of(giver)


def test_whoever_takes_over_the_username_of_a_deleted_user_has_the_higher_version() -> None:
    giver, taker = made_user("wanted"), made_user("taker")
    with another_connection() as first, another_connection() as second, ThreadPoolExecutor() as threads:
        first.execute("DELETE FROM users_user WHERE uid = %s", (giver.uid,))
        taking = threads.submit(second.execute, RENAME, ("wanted", taker.uid))
        assert wait_until(lambda: waits_for_a_lock(second), seconds=5)
        first.commit()
        taking.result()
        second.commit()
    assert row_of(giver).deleted
    assert version_of(taker) > version_of(giver)


def test_a_version_is_never_given_twice() -> None:
    users = [made_user(f"u{number}") for number in range(4)]
    seen: list[int] = []
    for round_number in range(5):
        with transaction.atomic():
            User.objects.update(last_name=f"round {round_number}")
        seen += [version_of(user) for user in users]
    assert len(set(seen)) == len(seen)
    assert min(seen[-4:]) > max(seen[:-4])


def test_the_sequence_hands_out_no_blocks() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_size FROM pg_sequences WHERE sequencename = 'outbox_version'")
        assert cursor.fetchone() == (1,)
