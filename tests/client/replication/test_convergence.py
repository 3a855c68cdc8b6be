"""Whatever happens on master, and however it is delivered, master and client end equal.

CONVERGENCE_EXAMPLES=5000 tries more of them.
"""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import cycle
from random import Random

import msgspec
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from client.replication.changes import Incoming
from client.replication.fields import wire_tables
from client.replication.models import AppliedRow
from client.users.models import User
from tests.client.replication.master import KEYS, NAMES, OPERATIONS, Master, batches
from tests.client.replication.users import apply_users
from wire.decoding import Received, decode
from wire.encoding import body_of, encode_event, pack
from wire.events import Change, Event, event_of

EXAMPLES = int(os.environ.get("CONVERGENCE_EXAMPLES", "250"))

pytestmark = pytest.mark.django_db

transactions = st.tuples(st.sampled_from(OPERATIONS), st.sampled_from(KEYS), st.sampled_from(NAMES), st.booleans())
histories = st.lists(transactions, min_size=5, max_size=60)
ways = st.builds(
    lambda sizes, random: (sizes, random), st.lists(st.integers(1, 12), min_size=1), st.randoms(use_true_random=True)
)
Way = tuple[list[int], Random]


def played(history: Iterable[tuple[str, str, str, bool]]) -> Master:
    master = Master()
    for step in history:
        master.run(*step)
    return master


def delivered(master: Master, random: Random) -> list[Incoming]:
    """Return what SNS and SQS may make of it: in-between states missing, others doubled, in any order; some pulled."""
    final = list(master.outbox.values())
    seen = [change for change in master.published if random.random() < 0.7]
    doubled = [change for change in [*final, *seen] if random.random() < 0.4]
    deliveries = [replace(change, pulled=random.random() < 0.1) for change in [*final, *seen, *doubled]]
    random.shuffle(deliveries)
    return deliveries


def by_the_wire(changes: list[Incoming]) -> Iterator[Incoming]:
    """Send changes through real message bodies."""
    encoded = [encode_event(event(change)) for change in changes]
    for indexes in pack(encoded):
        for received in decode(body_of([encoded[index] for index in indexes]), wire_tables()):
            assert isinstance(received, Received)
            yield Incoming(key=received.key, version=received.version, deleted=received.deleted, row=received.row)


def event(change: Incoming) -> Event:
    row = msgspec.UNSET if change.deleted else msgspec.Raw(msgspec.json.encode(change.row))
    wired = Change(
        table="users", key=change.key, version=change.version, op="delete" if change.deleted else "upsert", row=row
    )
    return event_of(wired, source="/reactive-tables/master", time=datetime.now(UTC), traceparent="00-ab-cd-01")


def assert_converges(master: Master, deliveries: list[list[Incoming]]) -> None:
    with transaction.atomic():
        local = User.objects.create_superuser("root", email="root@client.example", password=None)
        for batch in deliveries:
            applied = apply_users(*batch)
            assert applied.refused == []
        assert_equal(master)
        assert User.objects.filter(pk=local.pk, username="root", email="root@client.example", uid=None).exists()
        transaction.set_rollback(True)


def assert_equal(master: Master) -> None:
    """Assert that the client holds what clients see on master; a local row keeps its name."""
    wanted = {
        key: (f"~{key}" if row.username == "root" else row.username, row.first_name, row.is_active)
        for key, row in master.visible().items()
    }
    rows = User.objects.exclude(uid=None).values_list("uid", "username", "first_name", "is_active")
    assert {str(uid): tuple(row) for uid, *row in rows} == wanted
    guards = AppliedRow.objects.values_list("key", "version", "deleted")
    assert {key: (version, deleted) for key, version, deleted in guards} == {
        key: (change.version, change.deleted) for key, change in master.outbox.items()
    }


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(histories, ways)
def test_any_history_delivered_in_any_way_ends_equal(history: list[tuple[str, str, str, bool]], way: Way) -> None:
    sizes, random = way
    master = played(history)
    assert_converges(master, list(batches(delivered(master, random), cycle(sizes))))


@settings(max_examples=max(EXAMPLES // 3, 1), suppress_health_check=[HealthCheck.too_slow])
@given(histories, ways)
def test_any_history_sent_by_the_wire_ends_equal(history: list[tuple[str, str, str, bool]], way: Way) -> None:
    sizes, random = way
    master = played(history)
    sent = batches(delivered(master, random), cycle(sizes))
    assert_converges(master, [list(by_the_wire(batch)) for batch in sent])


def test_the_histories_are_rich_enough() -> None:
    """Assert that names do change hands, users leave and come back; else convergence would say little."""
    random = Random(7)  # noqa: S311 - for variety, not for secrets
    steps = [
        (random.choice(OPERATIONS), random.choice(KEYS), random.choice(NAMES), random.random() < 0.5)
        for _ in range(300)
    ]
    master = played(steps)
    holders = {(change.row["username"], change.key) for change in master.published if not change.deleted}
    assert len(holders) >= 30
    assert sum(change.deleted for change in master.published) > 10
    assert len(master.visible()) > 3
    assert_converges(master, list(batches(delivered(master, random), cycle([7, 1, 30]))))
