"""A back-fill brings what master has, a page at a time, and goes on where it was."""

import logging
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from df_websockets.testing import SignalQueue
from django.db.models.functions import Now

from client.pull import backfill, signals
from client.pull.backfill import work
from client.pull.lock import alone
from client.pull.models import Backfill
from client.pull.signals import ask
from client.pull.state import begin, lock_name, stalled
from client.replication.announce import rows_applied
from client.replication.changes import Incoming
from client.users.models import User
from tests.client.counting import counted
from tests.client.people import a_replica, replicate, uid_of
from tests.client.pull.fake_master import FakeMaster
from tests.client.pull.users import put, row
from tests.client.replication.listening import listening
from tests.client.replication.users import names, user, versions

pytestmark = pytest.mark.django_db

ADA, BOB, CY = map(uid_of, ("ada", "bob", "cy"))


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "PAGE_ROWS", 10)
    monkeypatch.setattr(backfill, "PATIENCE", (0.0,))


def many(master: FakeMaster, count: int) -> list[str]:
    return put(master, *(f"user{number}" for number in range(count)))


def state() -> Backfill:
    return Backfill.objects.get(table="users")


def counts() -> dict[str, int]:
    return {name: getattr(state(), name) for name in ("created", "updated", "right", "refused", "ignored")}


def positions(master: FakeMaster) -> list[str]:
    """Return after which keys master was asked for pages."""
    return [parse_qs(urlsplit(address).query).get("after", [""])[0] for address in master.asked]


def test_a_new_client_gets_every_row_and_says_so(master: FakeMaster) -> None:
    many(master, 35)
    master.put(BOB, None)
    begin("users")
    assert work("users") is False
    assert set(names().values()) == {f"user{number}" for number in range(35)}
    assert counts() == {"created": 35, "updated": 0, "right": 0, "refused": 0, "ignored": 0}
    assert (state().total, state().error, state().finished_at is not None) == (35, "", True)
    assert len(master.asked) == 4


def test_an_empty_table_is_done_at_once(master: FakeMaster) -> None:
    begin("users")
    assert work("users") is False
    assert (state().done, state().finished_at is not None) == (0, True)


def test_each_row_has_one_outcome(master: FakeMaster, caplog: pytest.LogCaptureFixture) -> None:
    a_replica("ada"), a_replica("bob")
    newer = a_replica("newer")
    User.objects.create(uid=uid_of("twin"), username="of this client alone")
    master.put(ADA, row("ada", first_name="Ada", last_name="Example", email="ada@example.org"), versions()[ADA])
    master.put(BOB, row("robert"), versions()[BOB] + 1)
    master.put(str(newer.uid), row("old"), 1)
    put(master, "cy", "twin")
    master.put(uid_of("long"), row("x" * 151))
    master.put(uid_of("odd"), row("odd", is_active="perhaps"))
    begin("users")
    with caplog.at_level(logging.ERROR), counted("backfill_rows_total", table="users", outcome="refused") as refused:
        work("users")
    assert counts() == {"created": 1, "updated": 1, "right": 1, "refused": 3, "ignored": 1}
    assert (state().done, refused()) == (7, 3)
    logged = {vars(record)["key"] for record in caplog.records if record.message == "row refused"}
    assert logged == {uid_of("long"), uid_of("odd")}
    assert names()[BOB] == "robert"


def test_what_is_written_is_told_and_what_was_right_is_not(master: FakeMaster) -> None:
    a_replica("ada")
    master.put(ADA, row("ada", first_name="Ada", last_name="Example", email="ada@example.org"), versions()[ADA])
    put(master, "bob")
    told: list[str] = []
    begin("users")
    with listening(lambda sender, changes, **_: told.extend(change.key for change in changes), rows_applied):
        work("users")
    assert told == [BOB]


def test_a_task_works_for_a_while_and_hands_on_to_the_next(master: FakeMaster, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = sorted(many(master, 35))
    more: list[bool] = []

    def work_for_a_page(table: str) -> bool:
        more.append(work(table, seconds=0))
        return more[-1]

    monkeypatch.setattr(signals, "work", work_for_a_page)
    begin("users")
    with SignalQueue() as queue:
        ask("users")
        queue.execute_delayed_signals(["slow"])
    assert more == [True, True, True, False]
    assert positions(master) == ["", keys[9], keys[19], keys[29]]
    assert (counts()["created"], state().told, state().finished_at is not None) == (35, keys[34], True)


def test_an_unfinished_run_is_gone_on_with_unless_it_is_to_begin_again(master: FakeMaster) -> None:
    many(master, 15)
    first = begin("users")
    work("users", seconds=0)
    assert (begin("users", rate=7).run, state().done, state().rate) == (first.run, 10, 7)
    assert begin("users").rate == 7
    assert begin("users", again=True).run != first.run
    assert (state().done, state().position, state().rate) == (0, "", None)


def test_a_finished_run_is_followed_by_a_new_one(master: FakeMaster) -> None:
    many(master, 5)
    first = begin("users")
    work("users")
    second = begin("users")
    assert second.run != first.run
    work("users")
    assert counts() == {"created": 0, "updated": 0, "right": 5, "refused": 0, "ignored": 0}


def test_a_run_that_is_begun_anew_meanwhile_goes_on_as_the_new_one(master: FakeMaster) -> None:
    many(master, 35)
    begin("users")
    begun: list[Backfill] = []

    def begin_anew(sender: object, **_: object) -> None:
        if not begun:
            begun.append(begin("users", again=True))

    with listening(begin_anew, rows_applied):
        work("users")
    assert (state().run, state().finished_at is not None) == (begun[0].run, True)
    assert counts() == {"created": 25, "updated": 0, "right": 10, "refused": 0, "ignored": 0}


def test_master_refuses_or_is_away(master: FakeMaster) -> None:
    many(master, 5)
    begin("users")
    master.status = 401
    assert work("users") is False
    assert "bad day" in state().error
    assert not stalled("users")
    master.status = 200
    begin("users")
    work("users")
    assert (counts()["created"], state().error) == (5, "")


def test_a_master_that_is_back_soon_is_waited_for(master: FakeMaster) -> None:
    many(master, 25)
    failing = iter([200, 503, 200, 200])
    master.before = lambda address: setattr(master, "status", next(failing))
    begin("users")
    work("users")
    assert (counts()["created"], state().error) == (25, "")


def test_the_rate_is_kept(master: FakeMaster) -> None:
    many(master, 10)
    begin("users", rate=50)
    work("users", seconds=5)
    begun = state()
    assert begun.finished_at is not None
    assert (begun.finished_at - begun.started_at).total_seconds() >= 0.15


def test_a_live_change_wins_over_what_a_page_says(master: FakeMaster) -> None:
    many(master, 5)
    renamed = user(uid_of("user3"), 900, "renamed")
    gone = Incoming(key=uid_of("user4"), version=901, deleted=True, row={})
    begin("users")
    replicate(renamed, gone)
    work("users")
    assert names()[uid_of("user3")] == "renamed"
    assert uid_of("user4") not in names()
    assert counts() == {"created": 3, "updated": 0, "right": 0, "refused": 0, "ignored": 2}


def test_a_run_stands_still_when_nobody_is_at_work(master: FakeMaster) -> None:
    begin("users")
    assert not stalled("users")
    Backfill.objects.update(moved_at=Now() - timedelta(seconds=16))
    with alone(lock_name("users")):
        assert not stalled("users")
    assert stalled("users")
    assert not stalled("users")  # it has its time again


def test_an_unknown_table_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    signals.backfill(None, table="nonsense")
    assert [record.message for record in caplog.records] == ["unknown table"]
