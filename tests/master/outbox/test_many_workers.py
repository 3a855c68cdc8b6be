"""Any number of workers at once, while others write: everything arrives, and nobody waits for them."""

import random
from threading import Event

import pytest
from django.db import connection, transaction

from master.outbox.claim import due_count
from master.outbox.models import OutboxRow
from master.outbox.publisher import publish_pending
from master.users.models import User
from tests.master.aws import provisioned
from tests.master.outbox.fakes import FakeSns
from tests.master.outbox.rows import name_of, pending
from tests.master.people import made_users
from tests.master.threads import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, WORKERS, USERS_EACH, ROUNDS = 3, 4, 20, 12


def wire_row(user: User) -> dict[str, object]:
    return {name: getattr(user, name) for name in ("username", "first_name", "last_name", "email", "is_active")}


def truth() -> dict[str, object]:
    """Return what every client must hold; None stands for gone."""
    gone = {f"{row.table}/{row.key}": None for row in OutboxRow.objects.all()}
    return gone | {name_of(user): wire_row(user) for user in User.objects.filter(is_staff=False)}


class Writer:
    """Changes users of its own at random, several in a transaction, and remembers what each version looked like."""

    def __init__(self, users: list[User], seed: int) -> None:
        self.users, self.random = users, random.Random(seed)  # noqa: S311 - a repeatable history
        self.history: dict[int, str] = {}  # version → last_name

    def write(self) -> None:
        for number in range(ROUNDS):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1s'")
                for user in self.random.sample(self.users, 5):
                    self._change(user, f"round {number}")

    def _change(self, user: User, name: str) -> None:
        User.objects.filter(pk=user.pk).update(last_name=name, is_staff=self.random.random() < 0.2)
        row = OutboxRow.objects.get(key=user.uid)
        self.history[row.version] = name


def everybody_at_once(writers: list[Writer]) -> None:
    """Let writers write and workers publish side by side, then publish what is left."""
    done = Event()

    def publish() -> None:
        while not done.is_set() or due_count(1):
            publish_pending()

    def write_all() -> None:
        try:
            all_at_once([writer.write for writer in writers])
        finally:
            done.set()

    all_at_once([write_all, *[publish] * WORKERS])
    OutboxRow.objects.filter(key__in=[name.split("/")[1] for name in pending()]).update(due_at="2000-01-01T00:00:00Z")
    publish_pending()


def made_writers() -> list[Writer]:
    users = made_users(WRITERS * USERS_EACH)
    return [Writer(users[number::WRITERS], seed=number) for number in range(WRITERS)]


def test_all_that_was_written_arrives_and_nobody_was_aborted(sns: FakeSns) -> None:
    writers = made_writers()
    everybody_at_once(writers)
    assert pending() == set()
    assert sns.newest == truth()


def test_every_event_shows_the_state_that_its_version_had(sns: FakeSns) -> None:
    writers = made_writers()
    everybody_at_once(writers)
    history = {version: name for writer in writers for version, name in writer.history.items()}
    upserts = [event for event in sns.events if event["op"] == "upsert" and event["version"] in history]
    assert upserts
    assert {event["version"]: event["row"]["last_name"] for event in upserts} == {
        event["version"]: history[event["version"]] for event in upserts
    }


def test_what_a_client_drains_from_its_queue_equals_the_table() -> None:
    with provisioned() as queue:
        everybody_at_once(made_writers())
        newest: dict[str, tuple[int, object]] = {}
        for event in queue.drain():
            name = f"{event['table']}/{event['key']}"
            newest[name] = max(
                newest.get(name, (0, None)), (event["version"], event.get("row")), key=lambda pair: pair[0]
            )
    assert pending() == set()
    assert {name: row for name, (_, row) in newest.items()} == truth()
