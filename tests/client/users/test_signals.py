"""The signals that browsers call, as a worker takes them up."""

import logging
from typing import Any

import pytest
from df_websockets import tasks
from df_websockets.decorators import REGISTERED_SIGNALS
from df_websockets.tasks import SERVER, WINDOW
from df_websockets.testing import SignalQueue
from df_websockets.window_info import WindowInfo
from django.contrib.auth.models import Permission
from prometheus_client import REGISTRY

from client.live import numbers
from client.live.serializing import serialize_topic
from client.live.topics import DIRECTORY, DIRECTORY_WITH_EMAIL, user_topic
from client.users.models import User
from tests.client.people import a_replica, incoming, replicate, uid_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("count_in_redis")]


def window_of(user: User | None) -> WindowInfo:
    """Return a window as its socket saw its user when it opened."""
    known = {"user_pk": user.pk, "username": user.username, "is_superuser": True, "is_active": True} if user else {}
    return WindowInfo.from_dict({"window_key": "w1", "user_set": True, **known})


def call(queue: SignalQueue, user: User | None, signal: str, **opts: Any) -> list[tuple[str, dict[str, Any]]]:
    """Call a signal as a browser does and let the worker of `fast` run; return what that window is answered."""
    window = window_of(user)
    tasks._trigger_signal(window, signal, to=[SERVER], kwargs=opts, from_client=True)
    assert set(queue.python_signals) == {"fast"}
    queue.execute_delayed_signals(["fast"])
    return list(queue.ws_signals.get(serialize_topic(window, WINDOW), []))


def field(value: Any) -> list[dict[str, Any]]:
    return [{"name": "status", "value": value}]


def test_a_status_is_saved_told_and_answered(queue: SignalQueue, ada: User) -> None:
    assert call(queue, ada, "users.set_status", form=field("at work")) == [("users.status_answered", {"errors": {}})]
    ada.refresh_from_db()
    assert (ada.status, ada.first_name) == ("at work", "Ada")
    [[_, data]] = queue.ws_signals[serialize_topic(None, user_topic(uid_of("ada")))]
    [change] = data["changes"]
    assert (change["user"]["status"], change["changed"]) == ("at work", ["status"])
    assert serialize_topic(None, DIRECTORY) in queue.ws_signals


def test_a_status_that_is_too_long_is_answered_with_what_is_wrong(queue: SignalQueue, ada: User) -> None:
    [[signal, data]] = call(queue, ada, "users.set_status", form=field("x" * 141))
    assert signal == "users.status_answered"
    assert "140" in data["errors"]["status"][0]["message"]
    ada.refresh_from_db()
    assert ada.status == ""
    assert len(queue.ws_signals) == 1


def test_saving_a_status_does_not_write_an_old_name_back(queue: SignalQueue, ada: User) -> None:
    window = window_of(ada)
    assert window.user.first_name == "Ada"
    replicate(incoming("ada", first_name="Augusta"))
    call(queue, ada, "users.set_status", form=field("x"))
    ada.refresh_from_db()
    assert ada.first_name == "Augusta"


@pytest.mark.parametrize("form", [None, "x", [], [{}], field(5), field({}), [{"name": "other", "value": "x"}]])
def test_a_form_that_no_page_sends_changes_nothing(queue: SignalQueue, ada: User, form: Any) -> None:
    User.objects.update(status="before")
    assert call(queue, ada, "users.set_status", form=form) == []
    ada.refresh_from_db()
    assert ada.status == "before"


def test_nobody_sets_the_status_of_another(queue: SignalQueue, ada: User) -> None:
    eve = a_replica("eve")
    assert call(queue, eve, "users.set_status", form=field("x"), user_pk=ada.pk) == []
    assert set(User.objects.values_list("status", flat=True)) == {""}


def deactivated(user: User) -> User:
    replicate(incoming("ada", is_active=False))
    return user


def deleted(user: User) -> User:
    replicate(incoming("ada", deleted=True))
    return user


@pytest.mark.parametrize("fate", [deactivated, deleted, lambda user: None])
@pytest.mark.parametrize(
    ("signal", "opts"), [("users.set_status", {"form": field("x")}), ("users.snapshot", {"view": "you", "ask": 1})]
)
def test_who_is_not_active_now_is_refused_whatever_he_was_when_the_socket_opened(
    queue: SignalQueue, ada: User, caplog: pytest.LogCaptureFixture, fate: Any, signal: str, opts: dict[str, Any]
) -> None:
    user = fate(ada)
    before = REGISTRY.get_sample_value("live_calls_refused_total", {"reason": "signed_out"}) or 0
    with caplog.at_level(logging.WARNING, "client.live"):
        assert call(queue, user, signal, **opts) == []
    assert not User.objects.exclude(status="").exists()
    assert [(vars(record)["signal"], vars(record)["reason"]) for record in caplog.records] == [(signal, "signed_out")]
    assert REGISTRY.get_sample_value("live_calls_refused_total", {"reason": "signed_out"}) == before + 1


def test_the_state_of_you_is_your_row_with_the_number_of_your_topic(queue: SignalQueue, ada: User) -> None:
    n = numbers.current(user_topic(uid_of("ada")))
    [[signal, state]] = call(queue, ada, "users.snapshot", view="you", ask=3)
    assert signal == "users.snapshot"
    assert (state["ask"], state["topic"], state["n"]) == (3, user_topic(uid_of("ada")), n)
    [row] = state["rows"]
    assert (row["uid"], row["user"]["email"]) == (uid_of("ada"), "ada@example.org")
    assert row["version"] >= 1000


def test_a_number_is_read_before_the_rows(queue: SignalQueue, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change between the two is in the rows; its push, of a higher number, is then drawn again and not lost."""
    current = numbers.current

    def read_and_change(topic: str) -> int:
        n = current(topic)
        replicate(incoming("ada", first_name="Between"))
        return n

    monkeypatch.setattr(numbers, "current", read_and_change)
    for view in ("you", "directory"):
        [*_, [_, state]] = call(queue, ada, "users.snapshot", view=view, ask=1)
        assert state["rows"][0]["user"]["first_name"] == "Between"


def test_the_state_of_the_directory_has_emails_for_those_who_may_see_them(queue: SignalQueue, ada: User) -> None:
    [[_, state]] = call(queue, ada, "users.snapshot", view="directory", ask=1)
    assert (state["topic"], "email" in state["rows"][0]["user"]) == (DIRECTORY, False)
    ada.user_permissions.add(Permission.objects.get(codename="view_user"))
    [_, [_, state]] = call(queue, ada, "users.snapshot", view="directory", ask=2)
    assert (state["topic"], "email" in state["rows"][0]["user"]) == (DIRECTORY_WITH_EMAIL, True)


@pytest.mark.parametrize(
    "opts",
    [
        {},
        {"view": "you"},
        {"view": "nothing", "ask": 1},
        {"view": ["you"], "ask": 1},
        {"view": "you", "ask": "1"},
        {"view": "directory", "ask": 1, "page": 0},
        {"view": "directory", "ask": 1, "page": 10**9},
        {"view": "directory", "ask": 1, "search": "x" * 101},
        {"view": "directory", "ask": 1, "search": "a\0b"},
        {"view": "you", "ask": 1, "more": 1},
    ],
)
def test_a_malformed_question_is_not_answered(queue: SignalQueue, ada: User, opts: dict[str, Any]) -> None:
    assert call(queue, ada, "users.snapshot", **opts) == []


def test_the_signals_of_users_are_registered_on_the_fast_queue() -> None:
    """df_websockets only logs a `signals.py` that cannot be imported."""
    tasks.import_signals_and_functions()
    names = {"users.set_status", "users.snapshot"}
    assert names <= set(REGISTERED_SIGNALS)
    assert {connection.queue for name in names for connection in REGISTERED_SIGNALS[name]} == {"fast"}
