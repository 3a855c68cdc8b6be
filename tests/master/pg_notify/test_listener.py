"""`listen` yields what was notified and committed, survives its server, and stops at once."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY

from master.pg_notify import notify
from master.pg_notify.listener import Listener, listen
from master.pg_notify.stop import Stop
from stack.waiting import wait_until
from tests.master.database import rolled_back
from tests.master.listeners import listeners, wait_for_another
from tests.master.pg_notify.conftest import Listening
from tests.master.threads import in_thread

pytestmark = pytest.mark.django_db(transaction=True)

CHANNELS = [
    "outbox",
    "With Capitals",
    'quo"ted',
    "it's",
    "semi;colon",
    "x; DROP TABLE users_user; --",
    'x"; NOTIFY "y',
    "percent%s%%",
    "é🚀",
    "select",
]

COUNTED = ("pg_notify_heard_total", "pg_notify_connected_total")


def count(name: str, channel: str) -> float:
    return REGISTRY.get_sample_value(name, {"channel": channel}) or 0


@pytest.mark.parametrize("channel", CHANNELS)
def test_it_yields_what_was_notified_on_its_channel_whatever_its_name(listening: Listening, channel: str) -> None:
    counted = {name: count(name, channel) for name in COUNTED}
    with listening(channel) as heard:
        notify("another", "not for us")
        notify(channel, "first")
        notify(channel)
        notify(channel, "é 'quoted' \" \\ %s")
        assert wait_until(lambda: len(heard) == 3, seconds=5)
    assert heard == ["first", "", "é 'quoted' \" \\ %s"]
    assert [count(name, channel) - counted[name] for name in COUNTED] == [3, 1]


def test_it_yields_nothing_before_the_commit(listening: Listening) -> None:
    with listening("outbox") as heard:
        with transaction.atomic():
            notify("outbox", "inside")
            notify_in_another_session("outbox", "outside")
            assert wait_until(lambda: bool(heard), seconds=5)
            assert heard == ["outside"]
        assert wait_until(lambda: len(heard) == 2, seconds=5)
    assert heard == ["outside", "inside"]


def test_it_yields_nothing_of_what_was_rolled_back(listening: Listening) -> None:
    with listening("outbox") as heard:
        with rolled_back():
            notify("outbox", "phantom")
        with transaction.atomic():
            notify("outbox", "kept")
            with rolled_back():
                notify("outbox", "half a phantom")
        notify("outbox", "end")
        assert wait_until(lambda: "end" in heard, seconds=5)
    assert heard == ["kept", "end"]


def test_one_commit_sends_equal_payloads_once_and_keeps_the_order_of_others(listening: Listening) -> None:
    with listening("outbox") as heard:
        with transaction.atomic():
            for payload in ("b", "a", "b", "c"):
                notify("outbox", payload)
        assert wait_until(lambda: len(heard) >= 3, seconds=5)
    assert heard == ["b", "a", "c"]


def test_many_notifications_arrive_in_their_order(listening: Listening) -> None:
    payloads = [str(number) for number in range(500)]
    with listening("outbox") as heard:
        for payload in payloads:
            notify("outbox", payload)
        assert wait_until(lambda: len(heard) == len(payloads), seconds=10)
    assert heard == payloads


def test_it_reconnects_when_the_server_ends_its_connection(
    listening: Listening, caplog: pytest.LogCaptureFixture
) -> None:
    with listening("outbox") as heard:
        before = listeners()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) pid", [list(before)])
        wait_for_another(before)
        notify("outbox", "after")
        assert wait_until(lambda: heard == ["after"], seconds=5)
    (record,) = [record for record in caplog.records if record.message == "listen failed"]
    assert record.__dict__["channel"] == "outbox"
    assert record.__dict__["error.message"]


def test_it_stops_at_once_while_nothing_is_said(listening: Listening) -> None:
    with listening("outbox") as heard:
        pass
    assert heard == []
    assert wait_until(lambda: not listeners(), seconds=5), "its connection is closed"


def test_a_stop_that_was_set_before_means_that_nothing_is_connected() -> None:
    before = listeners()
    with Stop() as stop:
        stop.set()
        assert list(listen("outbox", stop=stop)) == []
    assert listeners() <= before


def test_whoever_leaves_the_loop_gives_the_connection_back() -> None:
    before = listeners()
    with Stop() as stop, in_thread(lambda: next(iter(one_payload("outbox", stop)))) as first:
        wait_for_another(before)
        notify("outbox", "enough")
        assert first.result(timeout=5) == "enough"
    assert wait_until(lambda: not listeners(), seconds=5)


def one_payload(channel: str, stop: Stop) -> Iterator[str]:
    payloads = listen(channel, stop=stop)
    try:
        yield next(payloads)
    finally:
        payloads.close()


def test_a_wait_ends_when_its_time_is_up() -> None:
    with Stop() as stop:
        listener = Listener("outbox")
        try:
            assert listener.wait(stop, timeout=5).reconnected
            news = listener.wait(stop, timeout=0.01)
        finally:
            listener.close()
    assert not news.reconnected
    assert news.payloads == ()


def test_it_has_a_connection_of_its_own() -> None:
    with Stop() as stop, CaptureQueriesContext(connection) as queries:
        listener = Listener("outbox")
        try:
            listener.wait(stop)
        finally:
            listener.close()
    assert queries.captured_queries == []
    assert connection.is_usable()


def notify_in_another_session(channel: str, payload: str) -> None:
    def send() -> None:
        notify(channel, payload)

    with in_thread(send):
        pass
