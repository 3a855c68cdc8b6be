"""Calls from browsers on their way to a worker."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from df_websockets.decorators import REGISTERED_SIGNALS, SignalConnection
from df_websockets.testing import SignalQueue
from df_websockets.ws_settings import WEBSOCKET_DEFAULT_QUEUE
from django.db import connection
from prometheus_client import REGISTRY
from pytest_django import DjangoAssertNumQueries

from client.live.calls import Call, CallRefusedError
from client.live.handing import CALL_SECONDS, Caller, Handed, hand_over_now
from client.live.serializing import own_window
from client.live.tasks import call_signals
from client.users.models import User
from tests.client.live.conftest import Sent
from tests.client.people import a_replica

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(on_redis: str) -> Iterator[SignalQueue]:
    """Keep what is answered, with numbers from a real Redis."""
    with SignalQueue() as queue:
        yield queue


def caller_for(user: User) -> Caller:
    """Return a window of a user."""
    return Caller(window_key=f"w{user.pk}", user_pk=str(user.pk), user_agent="a test", language_code="en")


def handed(user: User, signal: str = "users.snapshot", *, known: User | None = None, **opts: Any) -> Handed:
    """Return a call of a user's window, by default for his own page's state."""
    call = Call(signal=signal, opts=opts or {"view": "you", "ask": 1})
    return Handed(caller=caller_for(user), call=call, until=time.time() + CALL_SECONDS, known=known)


def reason(outcome: Any) -> str:
    """Return why a call was refused."""
    assert isinstance(outcome, CallRefusedError)
    return str(outcome)


def test_a_call_of_a_browser_expires_with_the_patience_of_its_page(handed_over: Sent) -> None:
    ada = a_replica("ada")
    assert hand_over_now([handed(ada)]) == [ada]
    [(queue, [[until, call]], options)] = handed_over
    assert time.time() < until < time.time() + 10
    assert (queue, call[0], options["expires"]) == (WEBSOCKET_DEFAULT_QUEUE, "users.snapshot", 10)


def test_a_call_without_permission_costs_no_task(handed_over: Sent) -> None:
    ada = a_replica("ada")
    assert [reason(each) for each in hand_over_now([handed(ada, "replication.snapshot", ask=1)])] == ["not_allowed"]
    assert handed_over == []
    User.objects.update(is_staff=True)
    hand_over_now([handed(ada, "replication.snapshot", ask=1)])
    assert [calls[0][1][0] for _, calls, _ in handed_over] == ["replication.snapshot"]


def test_who_was_deactivated_or_deleted_calls_nothing(handed_over: Sent) -> None:
    local = User.objects.create_user("local")
    User.objects.update(is_active=False)
    assert [reason(each) for each in hand_over_now([handed(local)])] == ["not_allowed"]
    call = handed(local)
    User.objects.all().delete()
    assert [reason(each) for each in hand_over_now([call])] == ["not_allowed"]
    assert handed_over == []


def test_a_user_who_was_read_a_moment_ago_is_not_read_again(
    handed_over: Sent, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ada = a_replica("ada")
    with django_assert_num_queries(0):
        assert hand_over_now([handed(ada, known=ada)]) == [ada]
    assert len(handed_over) == 1


def test_who_became_more_since_he_was_read_is_read_again(handed_over: Sent) -> None:
    before = a_replica("ada")
    User.objects.update(is_staff=True)
    [now] = hand_over_now([handed(before, "replication.snapshot", known=before, ask=1)])
    assert (before.is_staff, now.is_staff) == (False, True)
    assert len(handed_over) == 1


def test_who_became_less_since_he_was_read_is_refused_by_the_worker(handed_over: Sent, queue: SignalQueue) -> None:
    before = User.objects.create_user("clerk", is_staff=True)
    User.objects.update(is_staff=False)
    hand_over_now([handed(before, "replication.snapshot", known=before, ask=1)])
    counted = REGISTRY.get_sample_value("live_calls_refused_total", {"reason": "not_staff"}) or 0
    [(_, calls, _)] = handed_over
    call_signals.apply((calls,))
    assert not queue.ws_signals
    assert REGISTRY.get_sample_value("live_calls_refused_total", {"reason": "not_staff"}) == counted + 1


def test_a_refusal_before_the_task_is_not_counted_here_for_the_window_counts_it(handed_over: Sent) -> None:
    before = REGISTRY.get_sample_value("live_calls_refused_total", {"reason": "not_staff"})
    hand_over_now([handed(a_replica("ada"), "replication.snapshot", ask=1)])
    assert REGISTRY.get_sample_value("live_calls_refused_total", {"reason": "not_staff"}) == before


def test_calls_that_come_together_go_as_one_task_but_for_those_refused(handed_over: Sent, queue: SignalQueue) -> None:
    ada, eve = a_replica("ada"), a_replica("eve")
    outcomes = hand_over_now([handed(ada), handed(eve, "replication.snapshot", ask=2), handed(eve, view="you", ask=3)])
    assert (outcomes[0], reason(outcomes[1]), outcomes[2]) == (ada, "not_allowed", eve)
    [(_, calls, _)] = handed_over
    call_signals.apply((calls,))
    answers = {each: [data["ask"] for _, data in queue.ws_signals[own_window(f"w{each.pk}")]] for each in (ada, eve)}
    assert answers == {ada: [1], eve: [3]}


def test_a_call_that_fails_does_not_keep_the_others_from_being_carried_out(
    handed_over: Sent, queue: SignalQueue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(window_info: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError

    broken = SignalConnection(handler, path="test.broken", queue=WEBSOCKET_DEFAULT_QUEUE, is_allowed_to=lambda *_: True)
    monkeypatch.setitem(REGISTERED_SIGNALS, "test.broken", [broken])
    ada = a_replica("ada")
    hand_over_now([handed(ada, "test.broken", a=1), handed(ada)])
    [(_, calls, _)] = handed_over
    call_signals.apply((calls,))
    assert "ZeroDivisionError" in caplog.text
    assert [signal for signal, _ in queue.ws_signals[own_window(f"w{ada.pk}")]] == ["users.snapshot"]


@pytest.mark.django_db(transaction=True)
def test_a_call_mends_a_connection_that_has_died(queue: SignalQueue, handed_over: Sent) -> None:
    ada = a_replica("ada")
    hand_over_now([handed(ada)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    call_signals.apply((handed_over[0][1],))
    assert [signal for signal, _ in queue.ws_signals[own_window(f"w{ada.pk}")]] == ["users.snapshot"]


def test_a_call_that_waited_too_long_is_not_carried_out(handed_over: Sent, queue: SignalQueue) -> None:
    ada = a_replica("ada")
    late, in_time = replace(handed(ada), until=time.time() - 1), handed(ada, view="you", ask=2)
    assert reason(hand_over_now([late])[0]) == "late"
    assert handed_over == []
    hand_over_now([in_time])
    [(_, [[until, call]], _)] = handed_over
    call_signals.apply(([[until - 2 * CALL_SECONDS, call]],))
    assert not queue.ws_signals
    call_signals.apply(([[until, call]],))
    assert len(queue.ws_signals) == 1


def broken(connection: Any, window_info: Any, kwargs: dict[str, Any]) -> Any:
    """Stand in for a rule, or the choice of a queue, that does not cope with what a browser sent."""
    raise TypeError


def idle(window_info: Any, **kwargs: Any) -> None:
    """Handle a signal."""


@pytest.mark.parametrize("fails", [{"is_allowed_to": broken}, {"queue": broken, "is_allowed_to": lambda *_: True}])
def test_a_rule_or_a_queue_that_fails_fails_for_its_call_only(
    fails: dict[str, Any], handed_over: Sent, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    connection = SignalConnection(idle, path="test.broken", **{"queue": WEBSOCKET_DEFAULT_QUEUE, **fails})
    monkeypatch.setitem(REGISTERED_SIGNALS, "test.broken", [connection])
    ada, eve = a_replica("ada"), a_replica("eve")
    outcomes = hand_over_now([handed(ada, "test.broken", a=1), handed(eve)])
    assert (reason(outcomes[0]), outcomes[1]) == ("malformed", eve)
    assert [call[0] for _, calls, _ in handed_over for _, call in calls] == ["users.snapshot"]
    assert "call not judged" in caplog.text


def test_a_queue_that_takes_nothing_fails_for_its_own_calls_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = SignalConnection(idle, path="test.other", queue="other", is_allowed_to=lambda *_: True)
    monkeypatch.setitem(REGISTERED_SIGNALS, "test.other", [other])

    def apply_async(args: Any, *, queue: str, **options: Any) -> None:
        if queue == "other":
            raise ConnectionRefusedError

    monkeypatch.setattr(call_signals, "apply_async", apply_async)
    ada, eve = a_replica("ada"), a_replica("eve")
    outcomes = hand_over_now([handed(ada, "test.other", a=1), handed(eve)])
    assert (type(outcomes[0]), outcomes[1]) == (ConnectionRefusedError, eve)


def test_each_queue_whose_handler_allows_it_gets_a_task(handed_over: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    def handler(window_info: Any, **kwargs: Any) -> None:
        raise AssertionError("called")

    allowed = [True, True, False]
    connections = [
        SignalConnection(handler, path="test.many", queue=queue, is_allowed_to=lambda *_, allow=allow: allow)
        for queue, allow in zip(["one", "two", "three"], allowed, strict=True)
    ]
    monkeypatch.setitem(REGISTERED_SIGNALS, "test.many", connections)
    hand_over_now([handed(a_replica("ada"), "test.many", a=1)])
    assert {queue for queue, _, _ in handed_over} == {"one", "two"}
