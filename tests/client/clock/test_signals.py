"""Who may ask for the clock and hear it, as a worker takes it up."""

from typing import Any

import pytest
from df_websockets import tasks
from df_websockets.tasks import SERVER, WINDOW
from df_websockets.testing import SignalQueue
from df_websockets.window_info import WindowInfo

from client.clock.state import TOPIC
from client.clock.tasks import tick
from client.live.hearing import authorize
from client.live.serializing import serialize_topic
from client.users.models import User
from tests.client.clock.conftest import NOON, Frozen
from tests.client.people import a_replica

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_redis")]


def ask(user: User) -> list[tuple[str, dict[str, Any]]]:
    """Ask as a browser; return what it is answered."""
    window = WindowInfo.from_dict({"window_key": "w1", "user_set": True, "user_pk": user.pk})
    with SignalQueue() as queue:
        tasks._trigger_signal(window, "clock.now", to=[SERVER], kwargs={"ask": 3}, from_client=True)
        queue.execute_delayed_signals(["fast"])
        return list(queue.ws_signals.get(serialize_topic(window, WINDOW), []))


def test_a_window_is_answered_with_the_last_tick_and_its_own_number(at: Frozen) -> None:
    tick()
    at(NOON + 700)
    ((signal, state),) = ask(a_replica("ada"))
    assert (signal, state["ask"], state["topic"]) == ("clock.now", 3, TOPIC)
    assert (state["at"], state["ago"], state["time"]) == (NOON, 700, "12:00:00")


def test_an_answer_holds_the_same_as_a_push(at: Frozen) -> None:
    with SignalQueue() as sent:
        tick()
    ((_, push),) = sent.ws_signals[serialize_topic(None, TOPIC)]
    ((_, state),) = ask(a_replica("ada"))
    assert state == {**push, "ask": 3}


def test_who_is_not_active_is_not_answered_and_hears_nothing() -> None:
    user = a_replica("ada")
    assert authorize(user, TOPIC)
    User.objects.update(is_active=False)
    user.refresh_from_db()
    assert ask(user) == []
    assert not authorize(user, TOPIC)
