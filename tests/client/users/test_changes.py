"""What is pushed of changed users, and to whom."""

from collections.abc import Callable
from typing import Any

import pytest
from df_websockets.testing import SignalQueue
from pytest_django import Settings
from redis.exceptions import RedisError

from client.live.serializing import serialize_topic
from client.live.topics import DIRECTORY, DIRECTORY_WITH_EMAIL, user_topic
from client.replication.announce import rows_applied
from client.replication.declare import Replica
from client.replication.models import AppliedRow
from client.users.changes import Touched, push_touched
from client.users.models import Session, User
from telemetry import context
from tests.client.people import a_replica, incoming, replicate, uid_of
from tests.logged import lines, one, traces

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("count_in_redis")]


def changes_on(queue: SignalQueue, topic: str) -> list[dict[str, Any]]:
    """Return the changes of every `users.changed` on a topic, in order."""
    signals = queue.ws_signals.get(serialize_topic(None, topic), [])
    assert all(name == "users.changed" and data["topic"] == topic and data["n"] for name, data in signals)
    return [change for _, data in signals for change in data["changes"]]


def test_a_replicated_change_goes_to_the_user_and_to_the_directory(queue: SignalQueue) -> None:
    replicate(incoming("ada", version=7), told=True)
    expected = {
        "op": "upsert",
        "uid": uid_of("ada"),
        "version": 7,
        "user": {
            "username": "ada",
            "first_name": "Ada",
            "last_name": "Example",
            "email": "ada@example.org",
            "is_active": True,
            "status": "",
        },
        "changed": ["username", "first_name", "last_name", "email", "is_active"],
    }
    assert changes_on(queue, user_topic(uid_of("ada"))) == [expected]
    assert changes_on(queue, DIRECTORY_WITH_EMAIL) == [expected]


def test_the_directory_for_everybody_has_no_email(queue: SignalQueue) -> None:
    replicate(incoming("ada"), told=True)
    [change] = changes_on(queue, DIRECTORY)
    assert "email" not in change["user"]
    assert "email" not in change["changed"]


def test_only_what_differs_is_called_changed(queue: SignalQueue) -> None:
    a_replica("ada", first_name="Augusta")
    replicate(incoming("ada", first_name="Ada", last_name="Example"), told=True)
    assert changes_on(queue, DIRECTORY)[-1]["changed"] == ["first_name"]


def test_a_batch_is_one_push_to_the_directory_and_one_to_each_user(queue: SignalQueue) -> None:
    replicate(incoming("ada"), incoming("grace"), told=True)
    [[_, data]] = queue.ws_signals[serialize_topic(None, DIRECTORY)]
    assert [change["uid"] for change in data["changes"]] == [uid_of("ada"), uid_of("grace")]
    assert [change["uid"] for change in changes_on(queue, user_topic(uid_of("grace")))] == [uid_of("grace")]


def test_a_deleted_user_is_told_with_the_version_of_the_delete(queue: SignalQueue) -> None:
    a_replica("ada")
    replicate(incoming("ada", deleted=True, version=5000), told=True)
    gone = {"op": "delete", "uid": uid_of("ada"), "version": 5000, "user": None, "changed": []}
    assert changes_on(queue, DIRECTORY) == [gone]
    assert changes_on(queue, user_topic(uid_of("ada"))) == [gone]


def test_what_is_pushed_is_the_row_as_it_is_after_the_commit(queue: SignalQueue) -> None:
    """A push that is late tells the newer row with its version."""
    a_replica("ada")
    replicate(incoming("ada", version=6000, first_name="Newest"))
    push_touched([Touched(key=uid_of("ada"), version=5, changed=("first_name",))])
    [change] = changes_on(queue, DIRECTORY)
    assert (change["version"], change["user"]["first_name"]) == (6000, "Newest")


@pytest.mark.parametrize("size", [1, 50])
def test_rows_are_read_in_one_statement(
    queue: SignalQueue, size: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    names = [f"user{i}" for i in range(size)]
    replicate(*(incoming(name) for name in names))
    with django_assert_num_queries(1):
        push_touched([Touched(key=uid_of(name), changed=()) for name in names])
    assert len(changes_on(queue, DIRECTORY)) == size


@pytest.mark.usefixtures("on_redis")
def test_no_row_is_read_for_nobody(queue: SignalQueue, django_assert_num_queries: Callable[[int], Any]) -> None:
    with django_assert_num_queries(0):
        push_touched([Touched(key=uid_of("ada"), changed=())])
    assert queue.ws_signals == {}


def test_changes_of_other_tables_are_none_of_users(queue: SignalQueue) -> None:
    other = Replica(table="teams", model=User, key="uid", fields=(), on_delete="delete", called="team")
    rows_applied.send(sender=other, changes=[])
    assert queue.ws_signals == {}


def test_a_change_without_redis_is_not_swallowed(settings: Settings) -> None:
    """Whoever applies it must learn of it: the message comes again."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(RedisError):
        replicate(incoming("ada"), told=True)


@pytest.mark.parametrize(("deleted", "fields"), [(True, {}), (False, {"is_active": False})])
def test_who_is_deleted_or_deactivated_loses_his_sessions_and_windows(
    queue: SignalQueue, monkeypatch: pytest.MonkeyPatch, deleted: bool, fields: dict[str, Any]
) -> None:
    closed: list[str] = []
    monkeypatch.setattr("client.users.receivers.close_windows", closed.extend)
    monkeypatch.setattr("client.users.receivers.user_group", str)
    ada, eve = a_replica("ada"), a_replica("eve")
    for user in (ada, eve):
        Session.objects.create(session_key=f"s{user.pk}", user_id=user.pk, expire_date="2100-01-01T00:00Z")
    replicate(incoming("ada", deleted=deleted, **fields), incoming("eve", last_name="Other"), told=True)
    assert closed == [uid_of("ada")]
    assert list(Session.objects.values_list("user_id", flat=True)) == [eve.pk]
    assert AppliedRow.objects.get(key=uid_of("ada")).deleted == deleted


def test_what_is_saved_here_is_pushed_after_the_commit(
    queue: SignalQueue, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    ada = a_replica("ada")
    with django_capture_on_commit_callbacks(execute=True):
        ada.status = "in the admin"
        ada.save()
        assert queue.ws_signals == {}
    [change] = changes_on(queue, user_topic(uid_of("ada")))
    assert (change["user"]["status"], change["changed"]) == ("in the admin", ["status"])


def test_a_local_user_has_a_topic_and_leaves_the_directory(
    queue: SignalQueue, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        root = User.objects.create_superuser("root")
    key = f"local-{root.pk}"
    assert [(each["uid"], each["version"]) for each in changes_on(queue, user_topic(key))] == [(key, 0)]
    with django_capture_on_commit_callbacks(execute=True):
        root.delete()
    assert changes_on(queue, DIRECTORY)[-1] == {"op": "delete", "uid": key, "version": 0, "user": None, "changed": []}


def test_a_sign_in_is_no_change(queue: SignalQueue, django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    ada = a_replica("ada")
    with django_capture_on_commit_callbacks(execute=True):
        ada.save(update_fields=["last_login"])
    assert queue.ws_signals == {}


@pytest.mark.django_db(transaction=True)
def test_a_save_here_succeeds_without_redis(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """Pages ask for their state when it is back."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    User.objects.create_user("root", status="saved")
    assert User.objects.get().status == "saved"
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == ["django.db.backends.base"]


def test_a_push_is_a_line_in_the_trace_of_its_change(queue: SignalQueue) -> None:
    with context.part_of(["0af7651916cd43dd8448eb211c80319c"]), lines() as said:
        replicate(incoming("ada", version=7), told=True)
    assert traces(one(said, "pushed")) == ["0af7651916cd43dd8448eb211c80319c"]
    assert "Ada" not in str(said)
