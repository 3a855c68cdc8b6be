"""A call from a browser on its way to a worker."""

from typing import Any

import pytest
from df_websockets.decorators import REGISTERED_SIGNALS, SignalConnection
from df_websockets.ws_settings import WEBSOCKET_DEFAULT_QUEUE

from client.live.calls import Call, CallRefusedError
from client.live.handing import Caller, hand_over
from client.users.models import User
from tests.client.people import a_replica

Sent = list[tuple[str, str, dict[str, Any]]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Keep what would become tasks: queue, signal and options."""
    kept: Sent = []
    monkeypatch.setattr(
        "df_websockets.tasks.call_task",
        lambda mode, queue, arguments, options: kept.append((queue, arguments[0], options)),
    )
    return kept


def caller_for(user: User) -> Caller:
    """Return a window of a user."""
    return Caller(window_key="w", user_pk=str(user.pk), user_agent="a test", language_code="en")


ASK = Call(signal="users.snapshot", opts={"view": "you", "ask": 1})


@pytest.mark.django_db
def test_a_call_of_a_browser_expires_with_the_patience_of_its_page(sent: Sent) -> None:
    hand_over(caller_for(a_replica("ada")), ASK)
    ((queue, signal, options),) = sent
    assert (queue, signal, options["expires"]) == (WEBSOCKET_DEFAULT_QUEUE, "users.snapshot", 10)


@pytest.mark.django_db
def test_a_call_without_permission_costs_no_task(sent: Sent) -> None:
    ada = a_replica("ada")
    with pytest.raises(CallRefusedError, match="not_allowed"):
        hand_over(caller_for(ada), Call(signal="replication.snapshot", opts={"ask": 1}))
    User.objects.update(is_staff=True)
    hand_over(caller_for(ada), Call(signal="replication.snapshot", opts={"ask": 1}))
    assert [signal for _, signal, _ in sent] == ["replication.snapshot"]


@pytest.mark.django_db
def test_who_was_deactivated_or_deleted_calls_nothing(sent: Sent) -> None:
    caller = caller_for(User.objects.create_user("local"))
    User.objects.update(is_active=False)
    with pytest.raises(CallRefusedError, match="not_allowed"):
        hand_over(caller, ASK)
    User.objects.all().delete()
    with pytest.raises(CallRefusedError, match="not_allowed"):
        hand_over(caller, ASK)
    assert sent == []


@pytest.mark.django_db
def test_each_queue_whose_handler_allows_it_gets_a_task(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    def handler(window_info: Any, **kwargs: Any) -> None:
        raise AssertionError("called")

    allowed = [True, True, False]
    connections = [
        SignalConnection(handler, path="test.many", queue=queue, is_allowed_to=lambda *_, allow=allow: allow)
        for queue, allow in zip(["one", "two", "three"], allowed, strict=True)
    ]
    monkeypatch.setitem(REGISTERED_SIGNALS, "test.many", connections)
    hand_over(caller_for(a_replica("ada")), Call(signal="test.many", opts={}))
    assert {queue for queue, _, _ in sent} == {"one", "two"}
