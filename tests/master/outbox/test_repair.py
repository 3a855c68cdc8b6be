"""New versions for what is in the outbox, beside writers who must not notice."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from master.outbox import batches
from master.outbox.models import OutboxRow
from master.outbox.publisher import publish_pending
from master.outbox.repair import (
    RepairRefusedError,
    republish,
)
from master.users.models import User
from tests.master.database import another_connection, rolled_back, sql, value
from tests.master.outbox.fakes import FakeSns
from tests.master.outbox.rows import DELETE, UPSERT, capturing, name_of, pending, version_of
from tests.master.people import made_user, made_users
from tests.master.things.models import Label
from tests.master.threads import in_thread

CHANGE = "UPDATE users_user SET last_name = %s WHERE username = %s"


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few rows be many."""
    for module in ("batches", "repair"):
        monkeypatch.setattr(f"master.outbox.{module}.BATCH_ROWS", 10)


@pytest.fixture
def impatient(transactional_db: None) -> Iterator[None]:
    """Whoever waits for a lock for a second fails."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1s'")
        yield
        cursor.execute("RESET lock_timeout")


def newest() -> int:
    return max(OutboxRow.objects.values_list("version", flat=True))


@pytest.mark.django_db
def test_every_row_of_a_table_gets_one_new_version_and_is_due_at_once(sns: FakeSns) -> None:
    users = made_users(25)
    Label.objects.create(slug="a")
    User.objects.filter(username="u7").delete()
    publish_pending()
    OutboxRow.objects.update(attempts=3, error="no", due_at="2099-01-01T00:00Z")
    with capturing() as captured:
        assert republish("users") == batches.Repaired(rows=25)
    assert captured == {name_of(user): DELETE if user.username == "u7" else UPSERT for user in users}
    assert pending() == set(captured)
    again = OutboxRow.objects.filter(table="users")
    assert set(again.values_list("attempts", "error")) == {(0, "")}
    assert len(set(again.values_list("version", flat=True))) == 25
    sns.accepted.clear()
    assert publish_pending() == 25
    assert [event["op"] for event in sns.events].count("delete") == 1


@pytest.mark.django_db
def test_batches_go_in_the_order_of_the_keys() -> None:
    made_users(25)
    republish("users")
    keys = list(OutboxRow.objects.order_by("version").values_list("key", flat=True))
    assert [sorted(keys[start : start + 10]) for start in (0, 10, 20)] == [
        sorted(keys)[start : start + 10] for start in (0, 10, 20)
    ]


@pytest.mark.django_db
def test_only_the_keys_that_are_named(sns: FakeSns) -> None:
    users = made_users(25)
    chosen = users[3:18]
    with capturing() as captured:
        assert republish("users", [str(user.uid) for user in chosen]).rows == 15
    assert set(captured) == set(map(name_of, chosen))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "keys", [["nobody"], ["{ada}", "nobody"], ["nobody", "\0"], ["nobody"] + [f"n{n}" for n in range(9)]]
)
def test_of_keys_that_are_not_all_known_none_is_sent(keys: list[str]) -> None:
    ada = made_user()
    with capturing() as captured, pytest.raises(RepairRefusedError, match=r"no users with the key .*'(n0|nobody)'"):
        republish("users", [key.format(ada=ada.uid) for key in keys])
    assert captured == {}


@pytest.mark.django_db
def test_a_table_that_is_not_declared_is_refused_with_the_names_of_those_that_are() -> None:
    with pytest.raises(RepairRefusedError, match=r"'people' is not replicated. Declared are: groups, labels,"):
        republish("people")


@pytest.mark.django_db(transaction=True)
def test_each_batch_is_a_transaction_of_its_own_and_tells_of_progress() -> None:
    made_users(25)
    before = newest()
    seen: list[tuple[str, int]] = []
    committed: list[int] = []

    def progress(table: str, rows: int) -> None:
        seen.append((table, rows))
        with another_connection() as other:
            committed.append(value(other, "SELECT count(*) FROM outbox_row WHERE version > %s", before))

    republish("users", progress=progress)
    assert seen == [("users", 10), ("users", 20), ("users", 25)]
    assert committed == [10, 20, 25]


@pytest.mark.usefixtures("impatient")
def test_a_row_that_a_writer_holds_is_passed_over_and_the_writer_goes_on(sns: FakeSns) -> None:
    users = sorted(made_users(25), key=lambda user: str(user.uid))
    before = newest()
    with another_connection() as writer:
        writer.execute(CHANGE, ("held", users[2].username))

        def write(table: str, rows: int) -> None:
            writer.execute(CHANGE, ("beside", users[20].username))  # would wait, and fail, if a batch were still open

        repaired = republish("users", patience=0, progress=write)
        assert (repaired.rows, repaired.held) == (23, 2)
        writer.commit()
    assert publish_pending() == 25
    assert {row["last_name"] for row in sns.newest.values()} == {"", "held", "beside"}
    assert version_of(users[2]) > before


@pytest.mark.usefixtures("impatient")
def test_what_a_writer_held_and_rolled_back_is_sent_again_after_all() -> None:
    ada, _ = made_user("ada"), made_user("bob")
    before = version_of(ada)
    with another_connection() as writer:
        writer.execute(CHANGE, ("phantom", "ada"))
        repaired = republish("users", progress=lambda table, rows: writer.rollback())
    assert repaired == batches.Repaired(rows=2)
    assert version_of(ada) > before


@pytest.mark.usefixtures("impatient")
def test_a_row_that_changed_since_the_start_has_its_new_version_by_that() -> None:
    users = made_users(25)
    last = max(users, key=lambda user: str(user.uid))

    def change(table: str, rows: int) -> None:
        if rows == 10:
            User.objects.filter(pk=last.pk).update(last_name="changed")

    assert republish("users", progress=change).rows == 24


@pytest.mark.django_db(transaction=True)
def test_neither_writers_nor_the_repair_abort_while_they_overlap() -> None:
    """A writer locks rows one by one against the order of the keys; whoever waited for him would deadlock."""
    made_users(40)
    names = [name for name, _ in sorted(User.objects.values_list("username", "uid"), key=lambda pair: str(pair[1]))]
    written = 0
    done = threading.Event()

    def write() -> None:
        nonlocal written
        with another_connection() as writer:
            writer.execute("SET deadlock_timeout = '50ms'")
            while not done.is_set():
                for name in reversed(names):
                    writer.execute(CHANGE, (f"n{written}", name))
                writer.commit()
                written += 1

    with in_thread(write) as ended:
        try:
            rows = 0
            while (written < 20 or not rows) and not ended.done():
                rows += republish("users", patience=0).rows
        finally:
            done.set()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_its_transactions_are_read_committed_whatever_the_default_is(level: str) -> None:
    ada = made_user()
    sql(f"SET default_transaction_isolation = '{level}'")
    levels: list[str] = []
    original = batches.one

    def spy(statement: str, params: dict[str, object]) -> object:
        if "batch" in statement:
            levels.append(original("SHOW transaction_isolation", {})[0])
        return original(statement, params)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("master.outbox.repair.one", spy)
        republish("users", [str(ada.uid)])
    sql("RESET default_transaction_isolation")
    assert levels == ["read committed"]


@pytest.mark.django_db
def test_inside_a_transaction_of_the_caller_it_is_a_part_of_that() -> None:
    made_user()
    with capturing() as captured, rolled_back():
        assert republish("users").rows == 1
    assert captured == {}


@pytest.mark.django_db(transaction=True)
def test_the_relay_is_woken_for_each_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    made_users(25)
    woken: list[bool] = []

    def wake_on_commit(using: str) -> None:
        woken.append(transaction.get_connection(using).in_atomic_block)

    monkeypatch.setattr(batches, "wake_on_commit", wake_on_commit)
    republish("users")
    assert woken == [True, True, True]
