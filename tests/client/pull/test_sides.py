"""What is summed up of the rows that are here."""

import tracemalloc
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from client.pull.compare import ROWS, Row
from client.pull.queries import Sums
from client.replication.declare import replicas
from client.users.models import User
from tests.client.pull.fake_master import bucket_of, digest_of
from tests.client.replication.things import apply_things, gone, thing
from tests.client.replication.users import ADA, BOB, apply_users, user
from tests.client.things.models import Thing

pytestmark = pytest.mark.django_db

THINGS = replicas["things"]


def read(statement: str, table: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"table": table, **params})
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def rows(fields: tuple[str, ...], table: str = "things") -> dict[str, tuple[int, str]]:
    found = read(Sums(replicas[table], fields).rows, table, buckets=list(range(1024)))
    return {key: (version, digest) for key, version, digest in found}


def test_buckets_and_rows_are_those_that_anybody_else_computes() -> None:
    apply_users(user(ADA, 5, "ada", first_name='Zoë "x" \\'), user(BOB, 6, "bob", is_active=False))
    User.objects.create_user("local")
    fields = ("first_name", "is_active", "username")
    wanted = {ADA: digest_of(ADA, ['Zoë "x" \\', True, "ada"]), BOB: digest_of(BOB, ["", False, "bob"])}
    assert rows(fields, "users") == {ADA: (5, wanted[ADA]), BOB: (6, wanted[BOB])}
    buckets = read(Sums(replicas["users"], fields).buckets, "users")
    assert sorted(buckets) == sorted((bucket_of(key), 1, digest) for key, digest in wanted.items())


def test_what_is_held_of_two_sides_stays_small_whatever_the_table_has() -> None:
    tracemalloc.start()
    try:
        rows = {f"{uuid4()}-of-a-long-key": Row(10**10 + number, f"{number:016x}") for number in range(ROWS)}
        (held, _) = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(rows) == ROWS
    assert 2 * held < 40_000_000  # bytes, of the 300 MB that a process may have


def test_only_the_buckets_that_are_asked_for_are_read() -> None:
    apply_users(user(ADA, 5, "ada"), user(BOB, 6, "bob"))
    found = read(Sums(replicas["users"], ("username",)).rows, "users", buckets=[bucket_of(ADA)])
    assert [key for key, _, _ in found] == [ADA]


def test_every_type_of_field_can_be_summed_up() -> None:
    apply_things(thing(1, 5, name="one", price="1.50", extra={"a": 1}, lasts="3600"), thing(2, 6, name="two"))
    before = rows(THINGS.fields)
    assert set(before) == {"1", "2"}
    apply_things(thing(1, 7, size=7))
    after = rows(THINGS.fields)
    assert (before["1"][1] != after["1"][1], before["2"]) == (True, after["2"])


def test_what_is_deactivated_here_counts_as_gone() -> None:
    apply_things(thing(1, 5, name="one"), thing(2, 6, name="two", is_active=False))
    apply_things(gone(1, 7))
    assert Thing.objects.count() == 2
    assert set(rows(("name",))) == {"2"}
