"""Counted while it is cheap, estimated beyond."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from client.overview import counting, samples
from client.overview.counting import Rows, newest_versions, rows_here
from client.replication.declare import replicas
from client.users.models import User
from tests.client.people import incoming, replicate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_redis")]


def people(*names: str, **fields: Any) -> None:
    replicate(*(incoming(name, **fields) for name in names))


def test_a_small_table_is_counted_without_its_local_rows() -> None:
    people("ada", "bob")
    User.objects.create_user("local")
    assert rows_here(replicas["users"]) == Rows(count=2, exact=True)


def test_a_large_table_is_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "COUNTED", 3)
    people(*(f"user{number}" for number in range(20)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE users_user")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert rows_here(replicas["users"]) == Rows(count=20, exact=False)
    assert "LIMIT 4" in asked.captured_queries[0]["sql"]


def test_a_table_that_was_never_analyzed_has_more_than_was_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "COUNTED", 1)
    people("ada", "bob", "cy")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = -1 WHERE relname = 'users_user'")
    assert rows_here(replicas["users"]) == Rows(count=2, exact=False)


def test_the_newest_version_is_looked_up_once_and_then_kept(django_assert_num_queries: Any) -> None:
    replicate(incoming("ada", version=7), incoming("bob", version=5))
    assert newest_versions(["users", "labels"]) == {"users": 7, "labels": 0}
    with django_assert_num_queries(0):
        assert newest_versions(["users", "labels"]) == {"users": 7, "labels": 0}
    assert samples.newest_versions() == {"users": 7, "labels": 0}
