"""Rows that are older than the triggers get into the outbox, beside writers who must not notice."""

import uuid
from collections.abc import Iterator

import pytest
from django.db import connection

from master.outbox import repair
from master.outbox.models import OutboxRow
from master.outbox.publisher import publish_pending
from master.outbox.repair import RepairRefusedError, enrol, not_enrolled
from master.users.models import User
from tests.master.database import another_connection, sql
from tests.master.outbox.fakes import FakeSns
from tests.master.outbox.rows import UPSERT, capturing, name_of, version_of
from tests.master.people import made_user, made_users
from tests.master.things.models import Label, SharedGroup, Thing

CHANGE = "UPDATE users_user SET last_name = %s WHERE username = %s"


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few rows be many."""
    monkeypatch.setattr(repair, "BATCH_ROWS", 10)


@pytest.fixture
def impatient(transactional_db: None) -> Iterator[None]:
    """Whoever waits for a lock for a second fails."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1s'")
        yield
        cursor.execute("RESET lock_timeout")


def old_users(count: int) -> list[User]:
    """Create users whom the outbox does not know, as if before the triggers."""
    users = made_users(count)
    OutboxRow.objects.all().delete()
    return users


@pytest.mark.django_db
def test_rows_that_match_are_enrolled_and_sent_and_others_stay_on_master(sns: FakeSns) -> None:
    users = old_users(25)
    User.objects.filter(username="u3").update(is_staff=True)
    OutboxRow.objects.all().delete()
    expected = {name_of(user): UPSERT for user in users if user.username != "u3"}
    assert not_enrolled("users") == 24
    with capturing() as captured:
        assert enrol("users").rows == 24
    assert captured == expected
    assert not_enrolled("users") == 0
    assert publish_pending() == 24
    assert sns.newest.keys() == expected.keys()


@pytest.mark.django_db
def test_what_is_enrolled_is_left_as_it_is_so_that_it_may_be_run_again() -> None:
    old_users(25)
    ada = made_user("ada")
    before = version_of(ada)
    seen: list[tuple[str, int]] = []
    assert enrol("users", progress=lambda table, rows: seen.append((table, rows))).rows == 25
    assert (seen[0][1] <= 10, seen[-1]) == (True, ("users", 25))
    with capturing() as captured:
        assert enrol("users").rows == 0
    assert captured == {}
    assert version_of(ada) == before


@pytest.mark.django_db(transaction=True)
def test_what_was_killed_half_way_goes_on_where_it_was() -> None:
    users = old_users(25)

    class KilledError(Exception):
        pass

    def kill(table: str, rows: int) -> None:
        raise KilledError

    with pytest.raises(KilledError):
        enrol("users", progress=kill)
    assert sorted(OutboxRow.objects.values_list("key", flat=True)) == sorted(str(user.uid) for user in users)[:10]
    assert enrol("users").rows == 15


@pytest.mark.django_db
def test_keys_of_every_type_are_enrolled_in_batches() -> None:
    Thing.objects.bulk_create(Thing(number=number) for number in range(-5, 20))
    Label.objects.bulk_create(Label(slug=f"a'{number}%s\\", caption="50% off") for number in range(25))
    Label.objects.create(slug="hidden", caption="50% 'off' and more")
    SharedGroup.objects.bulk_create(SharedGroup(name=str(number)) for number in range(25))
    OutboxRow.objects.all().delete()
    for table in ("things", "labels", "groups"):
        assert enrol(table).rows == 25
    assert OutboxRow.objects.count() == 75
    assert not OutboxRow.objects.filter(key="hidden").exists()


@pytest.mark.django_db
def test_a_table_that_is_not_declared_is_refused() -> None:
    with pytest.raises(RepairRefusedError, match="'people' is not replicated"):
        enrol("people")


@pytest.mark.usefixtures("impatient")
def test_a_row_that_a_writer_holds_is_enrolled_by_what_he_writes() -> None:
    users = sorted(old_users(25), key=lambda user: str(user.uid))
    with another_connection() as writer:
        writer.execute(CHANGE, ("held", users[2].username))

        def write(table: str, rows: int) -> None:
            writer.execute(CHANGE, ("beside", users[20].username))  # would wait, and fail, if a batch were still open

        enrolled = enrol("users", patience=0, progress=write)
        assert (enrolled.rows, enrolled.held) == (23, 2)
        writer.commit()
    assert not_enrolled("users") == 0
    assert OutboxRow.objects.count() == len(users)


@pytest.mark.usefixtures("impatient")
def test_what_a_writer_held_and_rolled_back_is_enrolled_after_all() -> None:
    old_users(5)
    with another_connection() as writer:
        writer.execute(CHANGE, ("phantom", "u3"))
        enrolled = enrol("users", progress=lambda table, rows: writer.rollback())
    assert (enrolled.rows, enrolled.held) == (5, 0)


@pytest.mark.usefixtures("impatient")
def test_a_writer_whose_own_outbox_row_is_not_committed_yet_is_not_waited_for() -> None:
    """An insert that met his would wait for him, holding a thousand others that he may want next."""
    old_users(10)
    with another_connection() as writer:
        for number in (9, 0, 5):
            writer.execute(CHANGE, ("held", f"u{number}"))
        assert enrol("users", patience=0).rows == 7
        for number in (8, 1, 4):
            writer.execute(CHANGE, ("held", f"u{number}"))
        writer.commit()
    assert OutboxRow.objects.count() == 10


@pytest.mark.usefixtures("impatient")
def test_a_row_that_is_deleted_before_its_batch_ends_as_a_delete_or_not_at_all(sns: FakeSns) -> None:
    users = sorted(old_users(25), key=lambda user: str(user.uid))
    ghosts = {name_of(user) for user in (users[2], users[20])}

    def delete(table: str, rows: int) -> None:
        with another_connection(autocommit=True) as writer:
            writer.execute("DELETE FROM users_user WHERE uid = ANY(%s)", [[users[2].uid, users[20].uid]])

    enrol("users", progress=delete)
    publish_pending()
    assert {event["op"] for event in sns.events if f"users/{event['key']}" in ghosts} == {"delete"}
    assert len(sns.newest) == 25


@pytest.mark.django_db
def test_a_ghost_in_the_outbox_is_sent_as_a_delete(sns: FakeSns) -> None:
    key = str(uuid.uuid4())
    sql("INSERT INTO outbox_row SELECT 'users', %s, nextval('outbox_version'), false, now(), 0, now(), 0, ''", key)
    publish_pending()
    assert [(event["op"], event["key"]) for event in sns.events] == [("delete", key)]


@pytest.mark.django_db
def test_a_model_without_any_row_that_matches() -> None:
    made_user("root", is_staff=True)
    assert (enrol("users").rows, not_enrolled("users")) == (0, 0)
