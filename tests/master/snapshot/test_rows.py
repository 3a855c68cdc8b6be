"""Pages and rows by key: the state at its version, everything once, in order; unknown keys get a tombstone."""

import gzip
import logging
import uuid

import pytest
from django.db import connection

from master.outbox.models import OutboxRow
from master.snapshot import rows
from master.users.models import User
from tests.master.database import sql
from tests.master.outbox.rows import row_of, version_of
from tests.master.people import made_user, made_users
from tests.master.snapshot.pulling import ask
from tests.master.things.models import Label, SharedGroup, Thing
from wire.snapshot import End

pytestmark = pytest.mark.django_db


def without_triggers(statement: str, *params: str) -> None:
    """Send a statement that no trigger sees."""
    sql("SET LOCAL session_replication_role = replica")
    sql(statement, *params)
    sql("SET LOCAL session_replication_role = origin")


def test_a_page_tells_state_and_version_of_each_row_and_that_no_more_follow() -> None:
    ada = made_user("ada", first_name="Ada")
    answer = ask("users/")
    assert answer.lines == [
        {
            "table": "users",
            "key": str(ada.uid),
            "version": version_of(ada),
            "op": "upsert",
            "row": {"username": "ada", "first_name": "Ada", "last_name": "", "email": "", "is_active": True},
        }
    ]
    assert answer.end == End(count=1)
    assert answer.headers["X-Total-Count"] == "1"


def test_pages_follow_each_other_and_have_every_row_once_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "CHUNK_ROWS", 3)
    users = made_users(20)
    seen, after, pages = [], "", 0
    while True:
        answer = ask("users/", [("limit", 7), *([("after", after)] if after else [])])
        assert ("X-Total-Count" in answer.headers) is (not after)
        seen += [line["key"] for line in answer.lines]
        pages += 1
        if answer.end.next is None:
            break
        after = answer.end.next
        assert after == seen[-1]
    assert (len(seen), pages) == (20, 3)
    assert set(seen) == {str(user.uid) for user in users}
    assert seen == list(OutboxRow.objects.order_by("key").values_list("key", flat=True))


def test_a_full_last_page_is_followed_by_an_empty_one() -> None:
    made_users(4)
    first = ask("users/", [("limit", 4)])
    assert first.end.next == first.lines[-1]["key"]
    assert ask("users/", [("limit", 4), ("after", first.end.next)]).end == End(count=0)


def test_the_gone_and_the_hidden_are_on_no_page() -> None:
    ada, bob = made_user("ada"), made_user("bob")
    made_user("root", is_staff=True)
    bob.delete()
    answer = ask("users/")
    assert [line["key"] for line in answer.lines] == [str(ada.uid)]
    assert answer.headers["X-Total-Count"] == "1"


def test_what_went_past_the_triggers_is_told_as_gone() -> None:
    ada = made_user("ada")
    without_triggers("DELETE FROM users_user")
    (line,) = ask("users/").lines
    assert (line["key"], line["op"]) == (str(ada.uid), "delete")


def test_a_row_that_cannot_be_rendered_is_left_out_logged_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    for number in range(3):
        Thing.objects.create(number=number, notes={"a": 1})
    sql("UPDATE things_thing SET notes = (repeat('[', 3000) || repeat(']', 3000))::jsonb WHERE number = 1")
    with caplog.at_level(logging.ERROR, "master.snapshot.rows"):
        answer = ask("things/")
    assert [line["key"] for line in answer.lines] == ["0", "2"]
    (record,) = caplog.records
    assert (record.message, record.key) == ("row left out", "1")


def test_other_models_have_pages_too() -> None:
    Thing.objects.create(number=7, name="seven")
    Label.objects.create(slug="a,b c&d", caption="x")
    Label.objects.create(slug="hidden", caption="50% 'off' today")
    SharedGroup.objects.create(name="editors")
    assert [line["row"]["name"] for line in ask("things/").lines] == ["seven"]
    assert [line["key"] for line in ask("labels/").lines] == ["a,b c&d"]
    assert [line["row"] for line in ask("groups/").lines] == [{"name": "editors"}]


def test_chosen_keys_are_answered_once_each_tombstones_included() -> None:
    ada, bob = made_user("ada"), made_user("bob")
    bob.delete()
    answer = ask("users/", [("keys", ada.uid), ("keys", ada.uid), ("keys", bob_key := row_of_gone("bob", ada))])
    assert {line["key"]: line["op"] for line in answer.lines} == {str(ada.uid): "upsert", bob_key: "delete"}
    assert answer.end == End(count=2)
    assert "X-Total-Count" not in answer.headers


def row_of_gone(name: str, *others: User) -> str:
    """Return the key of the only tombstone."""
    row = OutboxRow.objects.get(deleted=True)
    assert row.key not in {str(user.uid) for user in others}, name
    return row.key


def test_a_key_with_a_comma_is_one_key() -> None:
    Label.objects.create(slug="a,b")
    assert [line["key"] for line in ask("labels/", [("keys", "a,b")]).lines] == ["a,b"]


def test_an_unknown_key_gets_a_tombstone_with_a_new_version_and_keeps_it() -> None:
    ada, unknown = made_user("ada"), str(uuid.uuid4())
    (line,) = ask("users/", [("keys", unknown)]).lines
    assert line == {"table": "users", "key": unknown, "version": line["version"], "op": "delete"}
    assert line["version"] > version_of(ada)
    assert ask("users/", [("keys", unknown)]).lines == [line]
    assert OutboxRow.objects.get(key=unknown).deleted


def test_a_row_older_than_the_triggers_is_enrolled() -> None:
    ada, root = made_user("ada"), made_user("root", is_staff=True)
    OutboxRow.objects.all().delete()
    answer = ask("users/", [("keys", ada.uid), ("keys", root.uid)])
    assert {line["key"]: line["op"] for line in answer.lines} == {str(ada.uid): "upsert", str(root.uid): "delete"}
    assert not row_of(ada).deleted
    assert [line["key"] for line in ask("users/").lines] == [str(ada.uid)]


def test_keys_that_are_older_than_the_triggers_work_in_every_type() -> None:
    Thing.objects.create(number=-7)
    Label.objects.create(slug="'; -- %s")
    group = SharedGroup.objects.create(name="editors")
    OutboxRow.objects.all().delete()
    for table, key in (("things", "-7"), ("labels", "'; -- %s"), ("groups", str(group.pk))):
        assert [(line["key"], line["op"]) for line in ask(f"{table}/", [("keys", key)]).lines] == [(key, "upsert")]


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("users", "not-a-uuid"),
        ("users", "0B9C1F5E-8C43-4D7E-9E0B-7A4B6E1F2A3C"),
        ("users", "{0b9c1f5e-8c43-4d7e-9e0b-7a4b6e1f2a3c}"),
        ("things", "07"),
        ("things", "99999999999"),
        ("things", "seven"),
    ],
)
def test_what_cannot_be_a_key_of_the_table_is_refused_by_name_and_leaves_nothing(table: str, key: str) -> None:
    good = {"users": str(uuid.uuid4()), "things": "8"}[table]
    answer = ask(f"{table}/", [("keys", good), ("keys", key)])
    assert answer.status == 400
    assert repr(key) in answer.refusal["error"]
    assert not OutboxRow.objects.exists()


def test_gzip_is_one_stream_that_says_the_same() -> None:
    made_users(30)
    plain, packed = (ask("users/", headers={"Accept-Encoding": word}) for word in ("identity", "br, gzip;q=0.5"))
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert {plain.headers["Vary"], packed.headers["Vary"]} == {"Accept-Encoding, Accept-Language"}
    assert gzip.decompress(packed.body) == plain.body
    assert "Content-Encoding" not in ask("users/", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_a_database_error_in_the_middle_cuts_the_answer_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "CHUNK_ROWS", 2)
    users = made_users(4)
    last = max(str(user.uid) for user in users)
    OutboxRow.objects.filter(key=last).update(key="~not-a-uuid")
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT here")
    answer = ask("users/")
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK TO SAVEPOINT here")
    assert answer.body.count(b"\n") == 2
    assert b'"count"' not in answer.body
