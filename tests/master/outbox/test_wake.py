"""One notification for many changes, on commit only, and seldom."""

from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from master.outbox import wake
from master.outbox.wake import CHANNEL, PAUSE_SECONDS, Limiter, wake_on_commit
from master.users.models import User
from tests.master.database import Connection, another_connection, rolled_back
from tests.master.people import made_user, made_users
from tests.master.things.models import Boxed, Label, SharedGroup

TRANSACTIONS = pytest.mark.django_db(transaction=True)


class Unlimited(Limiter):
    """Lets everything pass, so that each notification can be counted."""

    def passes(self, now: float) -> bool:
        return True


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """Listen on the relay's channel; nothing is held back."""
    monkeypatch.setattr(wake, "limiter", Unlimited())
    with another_connection(autocommit=True) as other:
        other.execute(f"LISTEN {CHANNEL}")
        yield other


def notifications(listener: Connection) -> int:
    """Count what was sent so far: a notification of our own marks the end."""
    with another_connection(autocommit=True) as marker:
        marker.execute("SELECT pg_notify(%s, 'end')", (CHANNEL,))
    heard = iter(listener.notifies(timeout=10))
    return sum(1 for _ in iter(lambda: next(heard).payload, "end"))


@TRANSACTIONS
def test_a_save_wakes_the_relay(listener: Connection) -> None:
    ada = made_user()
    assert notifications(listener) == 1
    ada.delete()
    assert notifications(listener) == 1


@TRANSACTIONS
def test_a_transaction_wakes_it_once_however_many_saves_it_has(listener: Connection) -> None:
    with transaction.atomic():
        for number in range(10):
            made_user(f"u{number}")
        Label.objects.create(slug="a")
        User.objects.filter(username="u3").delete()
        assert len(connection.run_on_commit) == 1
    assert notifications(listener) == 1


@TRANSACTIONS
def test_a_rolled_back_transaction_wakes_nobody(listener: Connection) -> None:
    with rolled_back():
        made_user()
    assert notifications(listener) == 0


@TRANSACTIONS
def test_a_rolled_back_savepoint_that_saved_first_does_not_silence_the_rest(listener: Connection) -> None:
    with transaction.atomic():
        with rolled_back():
            made_user("phantom")
        assert connection.run_on_commit == []
        made_user("ada")
    assert notifications(listener) == 1


@TRANSACTIONS
def test_a_rolled_back_savepoint_that_saved_last_does_not_silence_the_rest(listener: Connection) -> None:
    with transaction.atomic():
        made_user("ada")
        with transaction.atomic():
            made_user("bob")
        with rolled_back():
            made_user("phantom")
    assert notifications(listener) == 1


@TRANSACTIONS
def test_each_transaction_wakes_it_anew(listener: Connection) -> None:
    for number in range(3):
        with transaction.atomic():
            made_user(f"u{number}")
    assert notifications(listener) == 3


@TRANSACTIONS
def test_a_proxy_and_a_model_that_extends_a_replicated_one_wake_it_too(listener: Connection) -> None:
    SharedGroup.objects.create(name="editors")
    Boxed.objects.create(number=1, size=2)
    assert notifications(listener) == 2


@TRANSACTIONS
def test_what_sends_no_signal_wakes_nobody(listener: Connection) -> None:
    made_users(3)
    User.objects.update(last_name="x")
    assert notifications(listener) == 0


@TRANSACTIONS
def test_a_model_that_is_not_replicated_wakes_nobody(listener: Connection) -> None:
    with transaction.atomic():
        ContentType.objects.create(app_label="things", model="nothing")
        assert connection.run_on_commit == []
    assert notifications(listener) == 0


@TRANSACTIONS
def test_a_save_in_a_transaction_managed_by_hand_succeeds(listener: Connection) -> None:
    transaction.set_autocommit(False)
    try:
        made_user()
        transaction.commit()
    finally:
        transaction.set_autocommit(True)
    assert User.objects.count() == 1
    assert notifications(listener) == 0


@TRANSACTIONS
def test_a_notification_that_fails_does_not_fail_the_save(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("no notification today")

    monkeypatch.setattr(wake, "limiter", Unlimited())
    monkeypatch.setattr(wake, "notify", fail)
    made_user()
    with transaction.atomic():
        made_user("bob")
    assert User.objects.count() == 2
    assert "no notification today" in caplog.text


@pytest.mark.django_db
def test_a_database_has_one_hook_of_its_own() -> None:
    for _ in range(3):
        wake_on_commit("default")
    assert len(connection.run_on_commit) == 1


def test_the_limiter_lets_one_pass_in_20_ms() -> None:
    limiter = Limiter()
    assert PAUSE_SECONDS == 0.020
    times = (100.0, 100.001, 100.019, 100.0201, 100.030, 100.041)
    assert [now for now in times if limiter.passes(now)] == [100.0, 100.0201, 100.041]


@given(st.lists(st.floats(0, 0.1), min_size=1, max_size=100))
def test_the_limiter_never_lets_two_pass_within_its_pause_and_never_starves(steps: list[float]) -> None:
    limiter, now = Limiter(), 1_000.0
    passed: list[float] = []
    for step in steps:
        now += step
        due = not passed or now >= passed[-1] + PAUSE_SECONDS
        assert limiter.passes(now) == due
        passed += [now] if due else []
    assert passed
