"""What batches applied is told later, a few times a second, and never in the way of a batch."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from df_websockets.testing import SignalQueue
from pytest_django import Settings

from client.live.serializing import serialize_topic
from client.live.topics import REPLICATION
from client.overview import samples, telling
from client.overview.telling import FAILED_SECONDS, PAUSE_SECONDS, PUSH_SECONDS, Teller, in_a_thread, told
from client.replication.changes import RowChange
from tests.client.people import incoming, replicate

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def change(version: int, *, ago: float | None = 1.0, repeated: bool = False) -> RowChange:
    changed_at = None if ago is None else datetime.now(UTC) - timedelta(seconds=ago)
    return RowChange(
        op="upsert", key="k", version=version, row={}, changed=(), changed_at=changed_at, repeated=repeated
    )


def test_a_batch_is_summed_up_by_its_slowest_change_and_newest_version() -> None:
    at = [NOW - timedelta(seconds=seconds) for seconds in (2, 5, 1)]
    changes = [
        RowChange(op="upsert", key=str(version), version=version, row={}, changed=(), changed_at=changed_at)
        for version, changed_at in zip((7, 9, 8), at, strict=True)
    ]
    found = told(changes, now=NOW)
    assert found
    assert (found.newest, found.sample) == (9, samples.Sample(at=round(NOW.timestamp() * 1000), lag=5_000, changes=3))


def test_what_is_told_again_is_no_sample_and_what_was_pulled_has_no_lag() -> None:
    assert told([change(7, repeated=True)], now=NOW) is None
    pulled = told([change(7, ago=None)], now=NOW)
    assert pulled
    assert (pulled.newest, pulled.sample) == (7, None)


def test_clocks_that_differ_make_no_negative_lag() -> None:
    found = told([change(7, ago=-60)], now=datetime.now(UTC))
    assert found
    assert found.sample
    assert found.sample.lag == 0


class Alarm:
    """Remembers what is to be done later, and does it when it is told to."""

    def __init__(self) -> None:
        self.set: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, seconds: float, work: Callable[[], None]) -> None:
        self.set.append((seconds, work))


@pytest.fixture
def alarm() -> Alarm:
    """Return an alarm in the place of a thread."""
    return Alarm()


@pytest.fixture
def teller(alarm: Alarm) -> Teller:
    """Return a teller that waits for the alarm."""
    return Teller(alarm)


@pytest.fixture
def pushed() -> Iterator[Callable[[], int]]:
    """Return what counts the pushes to the page."""
    with SignalQueue() as queue:
        yield lambda: len(queue.ws_signals.get(serialize_topic(None, REPLICATION), []))


def test_many_batches_set_one_alarm_and_ask_nobody(teller: Teller, alarm: Alarm) -> None:
    for version in range(1, 100):
        teller.note("users", [change(version)])  # nothing listens at the address that tests have for Redis
    assert [seconds for seconds, _ in alarm.set] == [PAUSE_SECONDS]


@pytest.mark.usefixtures("in_redis")
def test_what_was_noted_is_one_sample_and_one_push(teller: Teller, pushed: Callable[[], int]) -> None:
    samples.remember_newest({"users": 1})
    for version, ago in ((5, 1.0), (7, 3.0), (6, 2.0)):
        teller.note("users", [change(version, ago=ago)])
    teller.tell()
    now = round(datetime.now(UTC).timestamp() * 1000)
    (sample,) = samples.recent(["users"], now=now)["users"]
    assert (sample.changes, 3_000 <= sample.lag < 60_000) == (3, True)
    assert samples.newest_versions()["users"] == 7
    assert pushed() == 1


@pytest.mark.usefixtures("in_redis")
def test_the_next_push_waits_and_then_comes_by_itself(
    teller: Teller, alarm: Alarm, pushed: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 1_000.0
    monkeypatch.setattr(telling.time, "monotonic", lambda: moment)
    teller.note("users", [change(5)])
    teller.tell()
    moment += 0.3
    teller.note("users", [change(6)])
    teller.tell()
    assert pushed() == 1
    assert alarm.set[-1][0] == pytest.approx(PUSH_SECONDS - 0.3)
    moment += 0.7
    teller.tell()
    assert pushed() == 2


def test_without_redis_it_is_logged_and_tried_more_rarely(
    teller: Teller, alarm: Alarm, caplog: pytest.LogCaptureFixture, settings: Settings, redis_url: str
) -> None:
    teller.note("users", [change(5)])
    with caplog.at_level(logging.WARNING, "client.overview"):
        teller.tell()
    assert [record.message for record in caplog.records] == ["overview not told"]
    teller.note("users", [change(6)])
    assert alarm.set[-1][0] == FAILED_SECONDS
    settings.REDIS_URL = redis_url
    teller.tell()
    teller.note("users", [change(7)])
    assert alarm.set[-1][0] == PAUSE_SECONDS


def test_what_is_applied_is_noted(monkeypatch: pytest.MonkeyPatch, settings: Settings, redis_url: str) -> None:
    settings.REDIS_URL = redis_url
    noted: list[tuple[str, int]] = []

    def note(table: str, changes: Any) -> None:
        noted.extend((table, each.version) for each in changes)

    monkeypatch.setattr(telling.teller, "note", note)
    replicate(incoming("ada", version=7), incoming("bob", version=8), told=True)
    assert noted == [("users", 7), ("users", 8)]


def test_a_thread_does_it_later() -> None:
    done = threading.Event()
    in_a_thread(0.01, done.set)
    assert done.wait(10)
