"""Who changes something in a trace, by whatever way, is followed to the message that tells of it."""

import json
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from master.outbox.models import OutboxRow
from master.outbox.publisher import publish_pending
from master.outbox.repair import republish
from master.users.models import User
from telemetry import context
from tests.logged import lines, one, traces
from tests.master.outbox.fakes import FakeSns
from tests.master.people import made_users

ONE, TWO = "0af7651916cd43dd8448eb211c80319c", "1af7651916cd43dd8448eb211c80319c"

pytestmark = pytest.mark.django_db(transaction=True)


def known() -> list[str]:
    """Return the traces in the outbox, by version."""
    return [context.trace_of(row.traceparent) for row in OutboxRow.objects.order_by("version")]


def test_a_save_a_bulk_write_and_raw_sql_say_their_trace() -> None:
    with context.part_of([ONE]):
        ada, *_ = made_users(3)
    assert known() == [ONE, ONE, ONE]
    with context.part_of([TWO]):
        User.objects.filter(pk=ada.pk).update(first_name="Augusta")
        assert known() == [ONE, ONE, TWO]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM users_user WHERE first_name <> %s", ["Augusta"])
    assert known() == [TWO, TWO, TWO]


def test_what_is_written_outside_of_any_trace_names_none() -> None:
    with context.part_of([ONE]):
        (ada,) = made_users(1)
    ada.first_name = "Augusta"
    ada.save()
    assert OutboxRow.objects.get().traceparent == ""


def test_a_rolled_back_transaction_leaves_no_trace() -> None:
    def twice() -> None:
        with transaction.atomic():
            User.objects.create(username="ada")
            User.objects.create(username="ada")

    with context.part_of([ONE]), pytest.raises(IntegrityError):
        twice()
    User.objects.create(username="bob")
    assert known() == [""]


def test_a_comment_of_somebody_else_is_no_trace() -> None:
    (ada,) = made_users(1)
    with connection.cursor() as cursor:
        cursor.execute("/*traceparent='nonsense*/ UPDATE users_user SET first_name = 'x' WHERE id = %s", [ada.pk])
    assert known() == [""]


def test_to_send_again_is_part_of_the_trace_that_asked() -> None:
    with context.part_of([ONE]):
        made_users(2)
    with context.part_of([TWO]):
        republish("users")
    assert known() == [TWO, TWO]
    republish("users")
    assert known() == ["", ""]


def test_each_event_carries_its_trace_and_the_line_all_of_them(sns: FakeSns) -> None:
    for trace in (ONE, TWO):
        with context.part_of([trace]):
            User.objects.create(username=f"in {trace[0]}")
    made_users(1)
    with lines() as said:
        publish_pending()
    (body,) = sns.accepted
    sent = [context.trace_of(event["traceparent"]) for event in json.loads(body)]
    assert sent[:2] == [ONE, TWO]
    assert sent[2] not in ("", ONE, TWO)
    assert traces(one(said, "published")) == sent


def test_a_connection_that_begins_in_a_block_with_a_wrapper_says_it_too() -> None:
    def other(execute: Any, sql: Any, params: Any, many: bool, kept: Any) -> Any:
        return execute(sql, params, many, kept)

    connection.close()
    connection.execute_wrappers.clear()
    with context.part_of([ONE]):
        with connection.execute_wrapper(other):
            User.objects.create(username="ada")
        User.objects.create(username="bob")
    assert other not in connection.execute_wrappers
    assert known() == [ONE, ONE]
