"""A save on master speaks to PostgreSQL only: Redis and AWS may be down, or hang."""

import socket
import threading
from typing import Any, NoReturn

import pytest
from django.test import Client
from django.urls import reverse
from redis.exceptions import RedisError

from master.outbox import publisher
from master.outbox.backoff import Breaker
from master.outbox.broker import publish_tasks_waiting
from master.outbox.publisher import publish_pending
from master.sns import topic
from master.users.models import User
from tests.master.outbox.rows import name_of, pending
from tests.master.people import made_user
from tests.surroundings import METRICS_HEADERS

pytestmark = pytest.mark.django_db(transaction=True)

Refused = list[Any]


class RefusedError(OSError):
    """Somebody wanted a connection."""


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> Refused:
    """Refuse and note every connection that Python opens (libpq opens PostgreSQL's own by itself).

    Those that the thread of notices opens are refused as well, but not noted: nobody waits for it.
    """
    addresses: Refused = []

    def refuse(caller: object, address: Any) -> NoReturn:
        if threading.current_thread().name != "notices":
            addresses.append(address)
        raise RefusedError(f"{address} is refused")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *address, **options: refuse(None, address))
    return addresses


def test_saving_and_deleting_open_no_connection(refused: Refused) -> None:
    ada, bob = made_user("ada"), made_user("bob")
    ada.last_name = "Lovelace"
    ada.save()
    User.objects.filter(pk=bob.pk).update(last_name="x")
    User.objects.bulk_create([User(username="eve")])
    bob.delete()
    assert refused == []
    assert len(pending()) == 3


def test_the_admin_opens_no_connection(refused: Refused, client: Client) -> None:
    root = User.objects.create_superuser("root", password="correct horse battery")
    signed_in = client.post(reverse("admin:login"), {"username": "root", "password": "correct horse battery"})
    assert signed_in.status_code == 302
    form = {"username": "ada", "usable_password": "false"}
    added = client.post(reverse("admin:users_user_add"), form)
    assert added.status_code == 302, added.context["errors"]
    ada = User.objects.get(username="ada")
    assert pending() == {name_of(ada)}
    assert client.post(reverse("admin:users_user_delete", args=[ada.pk]), {"post": "yes"}).status_code == 302
    assert client.get(reverse("admin:users_user_change", args=[root.pk])).status_code == 200
    assert refused == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_neither_do_the_pages_for_machines(refused: Refused, client: Client, path: str) -> None:
    assert client.get(path, headers=METRICS_HEADERS).status_code == 200
    assert refused == []


def test_the_trap_would_notice_redis(refused: Refused) -> None:
    with pytest.raises(RedisError, match="refused"):
        publish_tasks_waiting()
    assert refused


def test_the_trap_would_notice_aws(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "breaker", Breaker())
    topic.client.cache_clear()
    ada = made_user("ada")
    assert publish_pending() == 0
    assert refused
    assert pending() == {name_of(ada)}
