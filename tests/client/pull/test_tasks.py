"""What beat asks for: tables are verified, and back-fills go on."""

import logging

import pytest
from df_websockets.testing import SignalQueue
from django.db.models.functions import Now

from client.celery import app
from client.pull import backfill, verify
from client.pull.backfill import work
from client.pull.models import Backfill, Verification
from client.pull.state import STALL, begin, fail
from client.pull.tasks import resume, verify_all
from tests.client.pull.fake_master import FakeMaster
from tests.client.pull.users import put

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "PAGE_ROWS", 10)
    monkeypatch.setattr(verify, "PAUSE_SECONDS", 0.0)


def is_verified() -> bool:
    return Verification.objects.filter(table="users").exists()


def test_a_table_is_not_verified_between_two_tasks_of_its_back_fill(
    master: FakeMaster, caplog: pytest.LogCaptureFixture
) -> None:
    put(master, *(f"user{number}" for number in range(15)))
    begin("users")
    assert work("users", seconds=0)
    with caplog.at_level(logging.WARNING):
        verify_all()
    left_out = [vars(record) for record in caplog.records if record.message == "verify left out"]
    assert [(each["table"], each["reason"]) for each in left_out] == [("users", "a back-fill is under way")]
    assert not is_verified()
    assert not work("users")
    verify_all()
    assert is_verified()


def test_a_table_whose_back_fill_was_ended_by_an_error_is_verified(master: FakeMaster) -> None:
    begin("users")
    fail("users", "master refuses")
    verify_all()
    assert is_verified()


def stand_still() -> None:
    Backfill.objects.update(moved_at=Now() - STALL * 2)


def test_a_back_fill_whose_task_is_lost_goes_on(master: FakeMaster) -> None:
    put(master, *(f"user{number}" for number in range(15)))
    begin("users")
    assert work("users", seconds=0)  # and the worker is killed before it asks for the next task
    with SignalQueue() as queue:
        resume()
        assert not queue.python_signals  # it may be at work
        stand_still()
        resume()
        queue.execute_delayed_signals(["slow"])
    state = Backfill.objects.get(table="users")
    assert (state.created, state.finished_at is not None) == (15, True)


def test_what_is_at_its_end_or_failed_is_not_asked_for(master: FakeMaster) -> None:
    begin("users")
    work("users")
    begin("things")
    fail("things", "master refuses")
    stand_still()
    with SignalQueue() as queue:
        resume()
    assert not queue.python_signals


def test_beat_asks_each_minute_on_the_queue_slow() -> None:
    entry = app.conf.beat_schedule["resume-back-fills"]
    assert (entry["task"], entry["schedule"], entry["options"]["queue"]) == (resume.name, 60.0, "slow")
