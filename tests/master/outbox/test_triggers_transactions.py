"""What is captured belongs to the transaction; TRUNCATE is refused; a bulk update is compared row by row."""

import pytest
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction

from master.outbox.models import OutboxRow
from master.users.models import User
from tests.master.database import rolled_back, sql
from tests.master.outbox.rows import DELETE, UPSERT, capturing, name_of
from tests.master.people import made_user

pytestmark = pytest.mark.django_db


def test_created_changed_and_deleted_in_one_transaction_is_deleted() -> None:
    with capturing() as captured, transaction.atomic():
        ada = made_user()
        name = name_of(ada)
        User.objects.update(email="ada@example.org")
        ada.delete()
    assert captured == {name: DELETE}


def test_a_rolled_back_change_leaves_nothing() -> None:
    ada = made_user()
    with capturing() as captured, rolled_back():
        made_user("bob")
        User.objects.filter(pk=ada.pk).update(last_name="phantom")
    assert captured == {}
    assert OutboxRow.objects.count() == 1


def test_of_a_transaction_whose_savepoint_is_rolled_back_the_rest_remains() -> None:
    with capturing() as captured, transaction.atomic():
        ada = made_user("ada")
        with rolled_back():
            made_user("bob")
            ada.delete()
        eve = made_user("eve")
    assert set(captured) == {f"users/{uid}" for uid in User.objects.values_list("uid", flat=True)}
    assert captured[name_of(eve)] == UPSERT


def test_truncate_is_refused_with_a_reason() -> None:
    made_user()
    sql("SET LOCAL reactive_tables.allow_truncate = 'off'")
    with (
        pytest.raises(DatabaseError, match=r"TRUNCATE of .* users_user is refused: .* Use DELETE"),
        transaction.atomic(),
    ):
        sql("TRUNCATE users_user CASCADE")
    assert User.objects.count() == 1


def test_truncate_is_refused_in_a_session_that_never_heard_of_the_setting() -> None:
    sql("RESET reactive_tables.allow_truncate")
    sql("SET LOCAL reactive_tables.allow_truncate = ''")
    with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
        sql("TRUNCATE users_user CASCADE")


def test_tests_may_truncate() -> None:
    made_user()
    statements = connection.ops.sql_flush(no_style(), ["users_user"], allow_cascade=True)
    assert any("TRUNCATE" in statement for statement in statements)
    for statement in statements:
        sql(statement)
    assert User.objects.count() == 0


def test_an_update_of_many_rows_never_compares_each_with_each() -> None:
    """The plan may be cached for one row: a nested loop over 5,000 would then compare 25 million pairs."""
    sql("CREATE TEMP TABLE old_rows AS TABLE users_user")
    sql("CREATE TEMP TABLE new_rows AS TABLE users_user")
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname LIKE 'pgtrigger\\_capture\\_update\\_%%'", [])
        bodies = [body for (body,) in cursor.fetchall() if "'users'" in body]
    (body,) = bodies
    statement = body[body.index("INSERT INTO outbox_row") : body.index("RETURN NULL")].rstrip("; \n")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_hashjoin = off")
        cursor.execute("SET LOCAL enable_mergejoin = off")
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Full Join" in plan
