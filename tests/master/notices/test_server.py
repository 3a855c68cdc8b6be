"""Who is let in, what each is told, and how connections end."""

import json
import threading
import time
from collections.abc import Collection, Mapping
from contextlib import closing as closing_after
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection as database
from pytest_django import Settings
from redis import Redis
from sesame.utils import get_token
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from master.notices import server as module
from master.notices.metrics import closed, slow
from master.notices.rights import Rights, rights_of
from master.users.models import User
from stack.waiting import wait_until
from tests.master.notices.conftest import Actor
from tests.master.notices.serving import SECONDS, hears_nothing, listening, member, notice, running_server
from tests.master.people import made_user

REFUSED = (1011, "authentication failed")
MANY = 30  # of half a megabyte: more than the kernel holds for a connection


def closing(address: str, *said: str | bytes) -> tuple[int, str]:
    """Connect, say something, and return how the server closed; it must have said nothing."""
    with connect(address) as connection:
        for each in said:
            connection.send(each)
        with pytest.raises(ConnectionClosed) as closed:
            connection.recv(timeout=SECONDS)
    assert closed.value.rcvd
    return closed.value.rcvd.code, closed.value.rcvd.reason


@pytest.mark.parametrize("said", ["", "nonsense", "nönsense", "x" * 4000, "a:b", b"\0\1", "\0"])
def test_a_bad_token_is_refused_and_nothing_is_sent(server: str, said: str | bytes) -> None:
    assert closing(server, said) == REFUSED


def test_a_load_balancer_hears_that_it_is_alive_on_the_port_of_the_sockets(server: str) -> None:
    asking = HTTPConnection(urlsplit(server).netloc, timeout=SECONDS)
    with closing_after(asking):
        asking.request("GET", "/healthz")
        assert asking.getresponse().status == 200
    with pytest.raises(InvalidStatus):
        connect(f"{server.rstrip('/')}/healthz")


def test_an_expired_token_is_refused(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    token = get_token(member("ada"))
    now = time.time()
    monkeypatch.setattr("sesame.tokens_v2.time.time", lambda: now + 31)
    assert closing(server, token) == REFUSED


def test_a_token_of_another_scope_is_refused(server: str) -> None:
    assert closing(server, get_token(member("ada"), scope="other")) == REFUSED


@pytest.mark.parametrize(
    "fields", [{"is_staff": False}, {"is_active": False}, {"is_staff": False, "is_superuser": True}]
)
def test_only_active_staff_is_let_in(server: str, fields: dict[str, bool]) -> None:
    assert closing(server, get_token(member("ada", **fields))) == REFUSED


def test_a_new_token_is_asked_for_by_and_by(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.2)
    with listening(server, member("ada")) as hers, pytest.raises(ConnectionClosed) as end:
        hers.recv(timeout=SECONDS)
    assert end.value.rcvd
    assert (end.value.rcvd.code, end.value.rcvd.reason) == (4408, "come again with a new token")


def test_who_answers_no_ping_is_dropped(events: None, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    assert module.PING_SECONDS == 20
    monkeypatch.setattr(module, "PING_SECONDS", 1.0)  # in which she must answer until she is deaf
    ada = member("ada")
    with running_server() as address, listening(address, ada, close_timeout=0.1) as hers:
        before = closed._value.get()
        hers.protocol.receive_data = lambda data: None  # type: ignore[method-assign] # deaf from now on
        assert wait_until(lambda: closed._value.get() == before + 1, seconds=SECONDS)


def test_who_says_nothing_is_refused(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert module.TOKEN_SECONDS == 10
    monkeypatch.setattr(module, "TOKEN_SECONDS", 0.2)
    assert closing(server) == REFUSED


def test_a_frame_beyond_four_kib_closes(server: str) -> None:
    assert closing(server, "x" * 4097)[0] == 1009


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:8000", "https://localhost:8001", "null"])
def test_pages_from_elsewhere_are_refused(server: str, origin: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger=module.__name__)
    with pytest.raises(InvalidStatus, match="403"):
        connect(server, origin=Origin(origin))
    assert [(record.message, vars(record)["origin"]) for record in caplog.records] == [("origin refused", origin)]


@pytest.mark.parametrize("origin", ["http://localhost:8001", None])
def test_our_pages_and_programs_may_come(server: str, origin: str | None) -> None:
    with listening(server, member("ada"), origin=Origin(origin) if origin else None):
        pass


def test_each_is_told_what_he_may_view_or_change(server: str, actor: Actor) -> None:
    bob = made_user("bob")
    viewer, changer, other = member("v", "view_user"), member("c", "change_user"), member("o", "view_group")
    with (
        listening(server, viewer) as views,
        listening(server, changer) as changes,
        listening(server, actor.user) as everything,
        listening(server, other) as nothing,
    ):
        actor.change(bob)
        told = notice(changes)
        assert told == notice(everything)
        assert notice(views) == {**told, "link": None}
        assert hears_nothing(nothing)
    assert (told["user"], told["action"], told["object"], told["count"]) == ("root", "change", "bob", 1)
    assert told["link"] == f"/admin/users/user/{bob.pk}/change/"


def test_all_servers_tell(server: str, actor: Actor) -> None:
    ada = member("ada", "view_user")
    with running_server() as another, listening(server, ada) as one, listening(another, ada) as two:
        actor.change(ada)
        assert notice(one) == notice(two)


def test_rights_that_are_taken_away_count_for_the_next_notice(server: str, actor: Actor) -> None:
    ada = member("ada", "view_user", "view_group")
    with listening(server, ada) as hers, listening(server, actor.user) as everything:
        ada.user_permissions.remove(Permission.objects.get(codename="view_user"))
        actor.change(ada)
        assert notice(everything)
        assert hears_nothing(hers)


def test_rights_by_a_group_count_and_new_ones_at_once(server: str, actor: Actor) -> None:
    ada, group = member("ada"), Group.objects.create(name="viewers")
    group.permissions.set(Permission.objects.filter(codename="view_user"))
    with listening(server, ada) as hers:
        actor.change(ada)
        assert hears_nothing(hers)
        ada.groups.add(group)
        actor.change(ada)
        assert notice(hers)
        with database.cursor() as cursor:
            cursor.execute("DELETE FROM auth_group_permissions")
        actor.change(ada)
        assert hears_nothing(hers)


def test_who_comes_while_rights_are_read_is_told_from_the_next_notice_on(
    events: None, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RENEW_SECONDS", 60)  # rights are read for the event only
    reading, go_on = threading.Event(), threading.Event()

    def slowly(pks: Collection[int]) -> Mapping[int, Rights]:
        reading.set()
        go_on.wait(SECONDS)
        return rights_of(pks)

    monkeypatch.setattr(module, "rights_of", slowly)
    ada = member("ada", "view_user")
    with running_server() as server, listening(server, actor.user) as everything:
        actor.change(ada, message="before she came")
        assert reading.wait(SECONDS)
        with listening(server, ada) as hers:  # with the rights that the door read: those may have been taken away
            go_on.set()
            assert notice(everything)
            actor.change(ada, message="after")
            assert notice(hers)["message"] == "after"


@pytest.mark.parametrize("column", ["is_active", "is_staff"])
def test_who_is_no_staff_any_more_is_closed(server: str, actor: Actor, column: str) -> None:
    ada = member("ada", is_superuser=True)
    with listening(server, ada) as hers:
        with database.cursor() as cursor:
            cursor.execute(f"UPDATE users_user SET {column} = false WHERE id = %s", [ada.pk])  # noqa: S608
        actor.change(ada)  # of which she hears nothing, although it comes at once
        with pytest.raises(ConnectionClosed) as closed:
            hers.recv(timeout=SECONDS)
    assert closed.value.rcvd
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "no longer allowed")


def test_while_rights_are_unknown_nobody_is_told(
    server: str, actor: Actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def has_come() -> bool:
        return any(vars(record).get("events") for record in caplog.records if record.message == "rights unknown")

    def away(pks: object) -> None:
        raise module.DatabaseError("away")

    with listening(server, actor.user) as everything:
        monkeypatch.setattr(module, "RENEW_SECONDS", 0.1)
        with monkeypatch.context() as broken:
            broken.setattr(module, "rights_of", away)
            actor.change(actor.user)
            assert wait_until(has_come, seconds=SECONDS)
            assert hears_nothing(everything)
        actor.change(actor.user, message="again")
        assert notice(everything)["message"] == "again"


def test_who_does_not_read_is_dropped_and_holds_up_nobody(server: str, actor: Actor, settings: Settings) -> None:
    dropped = slow._value.get()
    big = json.dumps({"content_type_id": 1, "message": "x" * 500_000})
    with (
        listening(server, actor.user, max_queue=1, close_timeout=0.1),
        listening(server, actor.user) as reads,
        Redis.from_url(settings.REDIS_URL) as redis,
    ):
        for _ in range(MANY):
            redis.publish("events", big)
            assert notice(reads)
    assert slow._value.get() == dropped + 1


def test_an_event_that_cannot_be_read_or_sent_holds_up_no_other(server: str, actor: Actor, settings: Settings) -> None:
    half_a_letter, deep = r'{"content_type_id":1,"object":"\ud800"}', "[" * 100_000
    wrong = [json.dumps({"content_type_id": each}) for each in ("1", True, None)]
    with listening(server, actor.user) as everything, Redis.from_url(settings.REDIS_URL) as redis:
        for bad in ("{", "[]", "{}", b"\xff\xfe", half_a_letter, deep, *wrong):
            redis.publish("events", bad)
        actor.change(actor.user)
        assert notice(everything)["object"] == "root"


def test_what_somebody_says_later_means_nothing(server: str, actor: Actor) -> None:
    with listening(server, actor.user) as everything:
        for _ in range(100):
            everything.send("x")
        actor.change(User.objects.get())
        assert notice(everything)
