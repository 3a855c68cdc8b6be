"""Digests tell equal rows from different ones, and depend on no setting of a server."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from operator import xor
from typing import Any

import pytest
from django.db import connection

from master.outbox.models import OutboxRow
from master.users.models import User
from tests.master.database import another_connection, sql
from tests.master.outbox.rows import version_of
from tests.master.people import made_user, made_users
from tests.master.snapshot.pulling import Line, ask
from tests.master.things.models import Label, Thing
from wire.digests import BUCKETS, bucket_sql, row_digest_sql

pytestmark = pytest.mark.django_db

FIELDS = "username,first_name,last_name,email,is_active"
NOTHING = {"count": 0, "digest": "0" * 16}
ALL = ",".join(map(str, range(BUCKETS)))


def buckets(table: str = "users", fields: str = FIELDS) -> list[Line]:
    return ask(f"{table}/digests/", [("fields", fields)]).lines


def digest_rows(table: str = "users", fields: str = FIELDS, wanted: str = ALL) -> list[Line]:
    return ask(f"{table}/digests/rows", [("buckets", wanted), ("fields", fields)]).lines


def filled(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line["count"]]


def test_all_buckets_are_told_also_the_empty_ones() -> None:
    assert buckets() == [{"bucket": bucket, **NOTHING} for bucket in range(BUCKETS)]


def test_a_bucket_is_the_sum_of_its_rows() -> None:
    made_users(3_000)
    rows = digest_rows()
    assert len(rows) == 3_000
    for bucket in filled(buckets())[:20]:
        own = digest_rows(wanted=str(bucket["bucket"]))
        assert len(own) == bucket["count"]
        assert f"{reduce(xor, (int(row['digest'], 16) for row in own)):016x}" == bucket["digest"]
        assert all(row in rows for row in own)


def test_rows_are_in_the_order_of_their_characters_each_with_its_version() -> None:
    for slug in ("b", "A", "a", "B", "é", "_", "a b"):
        Label.objects.create(slug=slug)
    versions = dict(OutboxRow.objects.values_list("key", "version"))
    rows = digest_rows("labels", "caption")
    assert [row["key"] for row in rows] == sorted(versions)
    assert {row["key"]: row["version"] for row in rows} == versions


def test_what_is_hidden_counts_not_and_what_has_no_version_does() -> None:
    ada = made_user("ada")
    made_user("root", is_staff=True)
    OutboxRow.objects.all().delete()
    assert [(row["key"], row["version"]) for row in digest_rows()] == [(str(ada.uid), None)]
    assert sum(line["count"] for line in buckets()) == 1


@pytest.mark.parametrize(
    "change",
    [{"first_name": "x"}, {"is_active": False}, {"uid": uuid.UUID(int=7)}],
    ids=lambda change: next(iter(change)),
)
def test_every_difference_in_the_chosen_fields_is_a_difference_in_the_digest(change: dict[str, Any]) -> None:
    made_user("ada")
    before = filled(buckets())
    User.objects.update(**change)
    assert filled(buckets()) != before


def test_other_fields_make_no_difference() -> None:
    ada = made_user("ada")
    before = buckets(fields="username")
    User.objects.update(first_name="x", last_login=datetime(2026, 1, 1, tzinfo=UTC))
    assert buckets(fields="username") == before
    assert buckets(fields="username,first_name") != before
    assert digest_rows(fields="username")[0]["version"] == version_of(ada)


def test_a_value_in_another_column_and_null_are_differences() -> None:
    made_user("ada", first_name="x")
    before = filled(buckets())
    User.objects.update(first_name="", last_name="x")
    assert filled(buckets()) != before
    Thing.objects.create(number=1)
    empty = digest_rows("things", "notes")
    sql("UPDATE things_thing SET notes = 'null'::jsonb")
    assert digest_rows("things", "notes") != empty


SETTINGS = (
    {
        "DateStyle": "ISO, YMD",
        "TimeZone": "UTC",
        "extra_float_digits": "3",
        "bytea_output": "hex",
        "IntervalStyle": "postgres",
        "lc_numeric": "C",
        "lc_monetary": "C",
        "lc_time": "C",
    },
    {
        "DateStyle": "German, DMY",
        "TimeZone": "Asia/Kathmandu",
        "extra_float_digits": "-15",
        "bytea_output": "escape",
        "IntervalStyle": "iso_8601",
        "lc_numeric": "C.UTF-8",
        "lc_monetary": "C.UTF-8",
        "lc_time": "C.UTF-8",
    },
)
KINDS = {
    "integer": "-7",
    "bigint": "9223372036854775807",
    "text": "a'\"\\\\é\N{SNOWMAN}",
    "varchar(150)": "  ",
    "boolean": "true",
    "double precision": "0.30000000000000004",
    "real": "0.1",
    "numeric(10, 2)": "1234567.50",
    "timestamp with time zone": "2026-07-31 23:59:59.123456+05:45",
    "timestamp": "2026-07-31 23:59:59.5",
    "date": "2026-02-03",
    "time": "23:59:59.000001",
    "interval": "3 days 04:05:06.789",
    "uuid": "0b9c1f5e-8c43-4d7e-9e0b-7a4b6e1f2a3c",
    "jsonb": '{"b": [1.50, null], "a": "é"}',
    "inet": "10.0.0.1",
    "bytea": r"\x00ff41",
}


def seen_by(settings: dict[str, str], query: str) -> list[tuple[Any, ...]]:
    with another_connection() as other:
        for name, value in settings.items():
            other.execute("SELECT set_config(%s, %s, false)", (name, value))
        return other.execute(query).fetchall()


@pytest.mark.parametrize(("kind", "literal"), KINDS.items(), ids=KINDS)
def test_no_setting_of_a_server_changes_the_digest_of_a_type(kind: str, literal: str) -> None:
    quoted = literal.replace("'", "''")
    value = f"('{quoted}'::text)::{kind}" if kind not in ("bytea",) else f"'{quoted}'::bytea"
    query = f"SELECT {row_digest_sql([(value, kind)])}, {bucket_sql('md5(' + repr(kind) + ')')}"
    first, second = (seen_by(settings, query) for settings in SETTINGS)
    assert first == second
    assert first[0][0] is not None


@pytest.mark.django_db(transaction=True)
def test_no_setting_of_a_server_changes_the_digests_of_a_table() -> None:
    Thing.objects.create(
        number=1,
        name="é",
        price=Decimal("1.10"),
        made_at=datetime(2026, 7, 31, 23, 59, 59, 123456, tzinfo=UTC),
        day=date(2026, 2, 3),
        notes={"a": [1.5, None]},
        weight=0.1 + 0.2,
    )
    told = []
    for settings in SETTINGS:
        with connection.cursor() as cursor:
            for name, value in settings.items():
                cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
        told.append(filled(buckets("things", "name,price,made_at,day,notes,weight")))
    connection.close()
    assert told[0] == told[1]
    assert len(told[0]) == 1


def test_a_float_that_differs_in_its_last_digit_is_a_difference() -> None:
    Thing.objects.create(number=1, weight=0.3)
    before = filled(buckets("things", "weight"))
    Thing.objects.update(weight=0.1 + 0.2)
    assert filled(buckets("things", "weight")) != before


def test_trailing_zeros_are_no_difference() -> None:
    numbers = [row_digest_sql([(f"{text}::numeric", "numeric(10, 2)")]) for text in ("1.5", "1.500")]
    with another_connection() as other:
        first, second = other.execute(f"SELECT {numbers[0]}, {numbers[1]}").fetchone() or (0, 1)
    assert first == second
