"""Who may ask for the state of the page, as a worker takes it up."""

import logging
from typing import Any

import pytest
from df_websockets import tasks
from df_websockets.tasks import SERVER, WINDOW
from df_websockets.testing import SignalQueue
from df_websockets.window_info import WindowInfo

from client.live.serializing import serialize_topic
from client.live.topics import REPLICATION
from client.overview.telling import push_overview
from client.users.models import User
from tests.client.overview.people import staff
from tests.client.people import a_replica, uid_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_redis")]


def ask(user: User, **was: Any) -> list[tuple[str, dict[str, Any]]]:
    """Ask as a browser whose socket was opened by a user who looked so then; return what it is answered."""
    window = WindowInfo.from_dict({"window_key": "w1", "user_set": True, "user_pk": user.pk, "is_staff": True, **was})
    with SignalQueue() as queue:
        tasks._trigger_signal(window, "replication.snapshot", to=[SERVER], kwargs={"ask": 3}, from_client=True)
        queue.execute_delayed_signals(["fast"])
        return list(queue.ws_signals.get(serialize_topic(window, WINDOW), []))


def test_staff_are_answered_with_the_number_of_the_question() -> None:
    ((signal, state),) = ask(staff())
    assert (signal, state["ask"], state["topic"]) == ("replication.snapshot", 3, REPLICATION)
    assert {each["table"] for each in state["tables"]} >= {"users"}


def test_who_is_not_staff_now_is_not_answered(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "client.live"):
        assert ask(a_replica("ada")) == []
    assert [vars(record)["reason"] for record in caplog.records] == ["not_staff"]
    assert vars(caplog.records[0])["user.id"] == uid_of("ada")


def test_staff_who_are_not_active_are_not_answered() -> None:
    user = staff()
    User.objects.update(is_active=False)
    assert ask(user) == []


def test_a_push_holds_the_same_as_an_answer() -> None:
    ((_, answer),) = ask(staff())
    with SignalQueue() as queue:
        push_overview()
    ((_, pushed),) = queue.ws_signals[serialize_topic(None, REPLICATION)]
    assert pushed.keys() | {"ask"} == answer.keys()
    assert pushed["n"] == answer["n"] + 1
