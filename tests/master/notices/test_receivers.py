"""What an admin does is told on commit; one action on many objects is one event; no save waits for Redis."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from redis import Redis

from master.notices import bus, receivers
from master.notices.events import Event, encode, events_of
from master.notices.events import channel as channel_name
from master.users.models import User
from tests.master.notices.conftest import Actor
from tests.master.people import made_user, made_users

pytestmark = pytest.mark.django_db(transaction=True)
HANG_SECONDS = 0.9 * bus.LIMIT_SECONDS  # whoever waited for Redis, waited at least for one limit


class Channel:
    """The channel `events`, heard."""

    def __init__(self, redis: Redis) -> None:
        self._subscription = redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        self._subscription.subscribe("events")
        while not self._subscription.subscribed:
            self._subscription.get_message(timeout=1)
        self._subscription.get_message(timeout=1)

    def heard(self) -> list[dict[str, Any]]:
        """Return all that came since the last time."""
        assert bus.drain(5)
        messages = iter(lambda: self._subscription.get_message(timeout=0.2), None)
        return [json.loads(message["data"]) for message in messages]


@pytest.fixture
def channel(events: None, settings: Settings) -> Iterator[Channel]:
    """Hear the channel."""
    with Redis.from_url(settings.REDIS_URL) as redis:
        yield Channel(redis)


def test_every_action_of_the_admin_is_told(channel: Channel, client: Client, actor: Actor) -> None:
    client.force_login(actor.user)
    client.post(reverse("admin:auth_group_add"), {"name": "editors"})
    (added,) = channel.heard()
    page = f"/admin/auth/group/{added['object_id']}/change/"
    assert added == {
        **{"user": "root", "action": "add", "model": "group", "object": "editors", "count": 1, "message": "Added."},
        "content_type_id": ContentType.objects.get(model="group").pk,
        **{"id": added["id"], "object_id": added["object_id"], "timestamp": added["timestamp"], "link": page},
    }
    assert client.get(page).status_code == 200
    client.post(page, {"name": "writers"})
    client.post(page.replace("change", "delete"), {"post": "yes"})
    changed, deleted = channel.heard()
    assert (changed["action"], changed["object"], changed["message"]) == ("change", "writers", "Changed Name.")
    assert (deleted["action"], deleted["object"], deleted["link"]) == ("delete", "writers", None)


@pytest.mark.parametrize(("count", "named"), [(1, "u0"), (2, "u0, u1"), (7, "u0, u1, u2, u3, u4")])
def test_a_bulk_action_is_one_event(channel: Channel, client: Client, actor: Actor, count: int, named: str) -> None:
    client.force_login(actor.user)
    pks = [user.pk for user in made_users(count)]
    form = {"action": "delete_selected", "_selected_action": pks, "post": "yes"}
    assert client.post(reverse("admin:users_user_changelist"), form).status_code == 302
    assert User.objects.count() == 1
    (told,) = channel.heard()
    assert (told["action"], told["count"], told["link"]) == ("delete", count, None)
    assert sorted(told["object"].split(", ")) == named.split(", ") or count > 5


def test_who_deletes_himself_is_told_of(channel: Channel, client: Client, actor: Actor) -> None:
    client.force_login(actor.user)
    client.post(reverse("admin:users_user_delete", args=[actor.user.pk]), {"post": "yes"})
    (told,) = channel.heard()
    assert (told["user"], told["action"], told["object"]) == ("root", "delete", "root")


def test_what_is_rolled_back_is_not_told(channel: Channel, actor: Actor) -> None:
    ada, bob = made_users(2)
    with transaction.atomic():
        actor.change(ada)
        actor.change(ada, bob)
        transaction.set_rollback(True)
    assert channel.heard() == []
    with transaction.atomic():
        actor.change(ada)
        assert bus.drain(0)
    assert len(channel.heard()) == 1


def test_only_new_entries_are_told(channel: Channel, actor: Actor) -> None:
    actor.change(made_user())
    LogEntry.objects.get().save()
    assert len(channel.heard()) == 1


def test_to_hear_bulk_twice_tells_once(channel: Channel, actor: Actor) -> None:
    receivers.hear_bulk()
    actor.change(*made_users(2))
    assert len(channel.heard()) == 1


def test_two_masters_on_one_redis_tell_each_his_own_staff(settings: Settings) -> None:
    assert channel_name() == "events"
    settings.APP_NAME = "users"
    assert channel_name() == "users:events"


def test_an_event_stays_below_four_kib_and_its_model_must_be_known(actor: Actor) -> None:
    actor.user.username = "\x01\U0001f600" * 75
    kind = ContentType.objects.get_for_model(User)
    entry = LogEntry(
        user=actor.user,
        content_type=kind,
        object_id="\U0001f600" * 9000,
        object_repr="\U0001f600" * 200,
        action_flag=CHANGE,
    )
    entry.change_message = "\U0001f600" * 9000
    (event,) = events_of([entry])
    assert len(encode({**event, "link": "x" * 500}).encode()) <= 4096
    assert event["link"] is None
    entry.content_type = None
    assert events_of([entry]) == []


@pytest.fixture
def hanging(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let Redis accept and say nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        monkeypatch.setattr(bus, "_of_this_process", bus.Bus())
        yield
        bus.drain(5)


def test_no_save_waits_for_a_redis_that_hangs(hanging: None, actor: Actor) -> None:
    ada = made_user("ada")
    began = time.monotonic()
    for _ in range(3):
        actor.change(ada)
    assert time.monotonic() - began < HANG_SECONDS
    assert LogEntry.objects.count() == 3


def test_no_save_fails_for_a_toast(monkeypatch: pytest.MonkeyPatch, actor: Actor, caplog: Any) -> None:
    def broken(entries: object) -> list[Event]:
        raise ValueError("no")

    monkeypatch.setattr(receivers, "events_of", broken)
    actor.change(actor.user)
    assert LogEntry.objects.count() == 1
    assert "notice not made" in caplog.messages


def test_a_redis_that_is_back_is_told_again(channel: Channel, actor: Actor, settings: Settings) -> None:
    actor.change(actor.user)
    assert len(channel.heard()) == 1
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.client_kill_filter(_type="normal", skipme=True)
    actor.change(actor.user)
    assert len(channel.heard()) == 1


def test_an_event_that_cannot_be_sent_holds_up_no_other(
    channel: Channel, actor: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    bus.tell([{"object": "\ud800"}])  # half a letter
    actor.change(actor.user)
    assert len(channel.heard()) == 1
    assert caplog.messages == ["notice not told"]


def test_more_than_can_wait_is_dropped(monkeypatch: pytest.MonkeyPatch, hanging: None) -> None:
    monkeypatch.setattr(bus, "WAITING", 2)
    full = bus.Bus()
    began, threads = time.monotonic(), threading.active_count()
    full.put([{"id": number} for number in range(50)])
    assert time.monotonic() - began < HANG_SECONDS
    assert full._queue.qsize() <= 2
    assert threading.active_count() <= threads + 1
    monkeypatch.setattr(bus, "STALE_SECONDS", -1.0)
    assert full.drain(5)
