"""Master is asked over real HTTP; what goes wrong is said in a sentence that holds no token."""

import logging
import socket
import threading
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from client.pull import http
from client.pull.errors import MasterError, MasterRefusedError, MasterUnreachableError
from client.pull.http import asked
from client.pull.master import NO_ANSWER, fetch, page, pull
from tests.client.people import uid_of
from tests.client.pull.fake_master import TOKEN, FakeMaster
from tests.client.pull.users import put, row

ADA, BOB, CY = map(uid_of, ("ada", "bob", "cy"))


def test_rows_come_by_key_with_tombstones_and_each_once(master: FakeMaster) -> None:
    put(master, "ada")
    master.put(BOB, None, version=7)
    ada, bob, cy = fetch("users", [ADA, BOB, ADA, CY])
    assert (ada.key, ada.version, ada.deleted, ada.row, ada.pulled) == (ADA, 100, False, row("ada"), True)
    assert (bob.key, bob.version, bob.deleted) == (BOB, 7, True)
    assert (cy.key, cy.version, cy.deleted) == (CY, 101, True)


def test_nothing_is_asked_for_no_key(master: FakeMaster) -> None:
    assert fetch("users", []) == []
    assert master.asked == []


def test_many_keys_are_asked_for_in_parts_that_every_proxy_takes(master: FakeMaster) -> None:
    keys = put(master, *(f"user{number}" for number in range(250)))
    assert [change.key for change in fetch("users", keys)] == keys
    assert len(master.asked) == 3
    master.asked.clear()
    fetch("users", [letter * 700 for letter in "äbcdefghij"])
    assert len(master.asked) == 2
    assert max(map(len, master.asked)) < 8_000


def test_pages_follow_one_another_to_the_end(master: FakeMaster) -> None:
    keys = sorted(put(master, "ada", "bob", "cy", "dee", "eve"))
    first = page("users", after=None, limit=2)
    second = page("users", after=first.last, limit=2)
    third = page("users", after=second.last, limit=2)
    assert [change.key for each in (first, second, third) for change in each.changes] == keys
    assert [each.last for each in (first, second, third)] == [keys[1], keys[3], keys[4]]
    assert [each.more for each in (first, second, third)] == [True, True, False]
    assert [each.total for each in (first, second, third)] == [5, None, None]


def test_an_empty_table_is_one_empty_page(master: FakeMaster) -> None:
    only = page("users", after=None, limit=10)
    assert (only.changes, only.last, only.more, only.total) == ([], None, False, 0)


def test_a_row_that_cannot_be_read_hides_no_other(master: FakeMaster) -> None:
    put(master, "ada")
    master.put(BOB, row("bob", is_active="perhaps"))
    pulled = pull("users", [ADA, BOB])
    assert [change.key for change in pulled.changes] == [ADA]
    ((bob, reason),) = pulled.refused
    assert (bob.key, "is_active" in reason) == (BOB, True)
    with pytest.raises(MasterRefusedError, match="is_active"):
        fetch("users", [ADA, BOB])


def test_a_key_that_master_refuses_hides_no_other(master: FakeMaster) -> None:
    keys = put(master, *(f"user{number}" for number in range(20)))
    pulled = pull("users", [*keys[:7], "NO-KEY", *keys[7:]])
    assert [change.key for change in pulled.changes] == keys
    ((bad, reason),) = pulled.refused
    assert (bad.key, "cannot be one of this table" in reason) == ("NO-KEY", True)


def test_a_row_that_master_leaves_out_is_not_forgotten(master: FakeMaster, monkeypatch: pytest.MonkeyPatch) -> None:
    put(master, "ada")
    monkeypatch.setattr(master, "by_key", lambda query: [])
    ((ada, reason),) = pull("users", [ADA]).refused
    assert (ada.key, reason) == (ADA, NO_ANSWER)


def test_an_answer_that_is_cut_off_is_none(master: FakeMaster) -> None:
    keys = put(master, *(f"user{number}" for number in range(90)))
    master.cut = True
    with pytest.raises(MasterUnreachableError):
        fetch("users", keys)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, MasterRefusedError),
        (404, MasterRefusedError),
        (302, MasterRefusedError),
        (500, MasterUnreachableError),
        (503, MasterUnreachableError),
        (429, MasterUnreachableError),
    ],
)
def test_what_a_status_means(master: FakeMaster, status: int, error: type[MasterError]) -> None:
    master.status = status
    with pytest.raises(error) as raised:
        fetch("users", [ADA])
    assert len(master.asked) == 1
    assert "bad day" in str(raised.value) or status == 302


def test_a_wrong_token_is_refused_and_shown_nowhere(
    master: FakeMaster, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SNAPSHOT_TOKEN = "wrong-" + TOKEN
    with caplog.at_level(logging.DEBUG), pytest.raises(MasterRefusedError, match="SNAPSHOT_TOKEN") as raised:
        fetch("users", [ADA])
    assert raised.value.status == 401
    assert TOKEN not in str(raised.value) + caplog.text


@pytest.mark.parametrize("name", ["MASTER_URL", "SNAPSHOT_TOKEN"])
def test_a_missing_setting_is_named(master: FakeMaster, settings: Settings, name: str) -> None:
    setattr(settings, name, "")
    with pytest.raises(MasterRefusedError, match=name):
        fetch("users", [ADA])
    assert master.asked == []


def test_an_address_where_nobody_answers(settings: Settings) -> None:
    settings.MASTER_URL, settings.SNAPSHOT_TOKEN = "http://127.0.0.1:1", TOKEN
    with pytest.raises(MasterUnreachableError, match=r"127\.0\.0\.1:1.*refused") as raised:
        fetch("users", [ADA])
    assert ADA not in str(raised.value)


def test_a_password_in_the_address_is_not_shown(settings: Settings) -> None:
    settings.MASTER_URL, settings.SNAPSHOT_TOKEN = "http://somebody:password@127.0.0.1:1", TOKEN
    with pytest.raises(MasterUnreachableError) as raised:
        fetch("users", [ADA])
    assert "password" not in str(raised.value)


def test_a_master_that_hangs_is_given_up(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "READ_SECONDS", 0.2)
    http._pool.cache_clear()
    try:
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            settings.MASTER_URL, settings.SNAPSHOT_TOKEN = f"http://127.0.0.1:{deaf.getsockname()[1]}", TOKEN
            with pytest.raises(MasterUnreachableError, match="timed out"):
                fetch("users", [ADA])
    finally:
        http._pool.cache_clear()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Wait a moment for rows, and longer for digests."""
    http._pool.cache_clear()
    monkeypatch.setattr(http, "READ_SECONDS", 0.1)
    monkeypatch.setattr(http, "SUMS_SECONDS", 10.0)
    yield
    http._pool.cache_clear()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("path", ["digests/", "digests/rows"])
def test_digests_are_waited_for(master: FakeMaster, path: str) -> None:
    released = threading.Event()
    master.before = lambda address: released.wait(0.4)
    with asked("users", path, [("buckets", "1"), ("fields", "email")], sums=True) as (answer, _):
        assert list(answer) or path == "digests/rows"
    assert len(master.asked) == 1


@pytest.mark.usefixtures("impatient")
def test_digests_that_do_not_come_are_asked_for_once(master: FakeMaster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "SUMS_SECONDS", 1.0)
    released = threading.Event()
    master.before = lambda address: released.wait(10)
    with (
        pytest.raises(MasterUnreachableError, match="timed out"),
        asked("users", "digests/", [("fields", "email")], sums=True),
    ):
        pass
    assert len(master.asked) == 1
    released.set()


def test_digests_come_by_a_new_connection_for_master_may_close_an_idle_one(master: FakeMaster) -> None:
    put(master, "ada")
    fetch("users", [ADA])
    http._pool().connection_from_url(master.url).pool.queue[-1].sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
    for _ in range(2):
        with asked("users", "digests/", [("fields", "email")], sums=True) as (answer, _):
            assert list(answer)


def test_a_name_that_master_does_not_know_itself_by(master: FakeMaster) -> None:
    master.status, master.mute = 400, True
    with pytest.raises(MasterRefusedError, match=r"127\.0\.0\.1 among master's ALLOWED_HOSTS"):
        page("users", after=None, limit=1)


def test_an_idle_connection_that_master_closed_is_opened_anew(master: FakeMaster, settings: Settings) -> None:
    put(master, "ada")
    fetch("users", [ADA])
    http._pool().connection_from_url(settings.MASTER_URL).pool.queue[-1].sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
    assert [change.key for change in fetch("users", [ADA])] == [ADA]
