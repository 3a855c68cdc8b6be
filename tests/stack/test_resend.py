"""What a new queue has missed is sent again."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from stack import resend as module
from stack.errors import StackError
from stack.postgresql import PostgreSQL
from stack.resend import has_new_queue, resend
from stack.servers import running

OUTBOX = """
CREATE SEQUENCE outbox_version;
CREATE TABLE outbox_row (
    "table" text, key text, version bigint, published bigint, due_at timestamptz, attempts int, error text);
INSERT INTO outbox_row
SELECT 'users', n::text, nextval('outbox_version'), n, 'infinity', 3, 'refused' FROM generate_series(1, 25) n
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    server = PostgreSQL(tmp_path / "postgresql", password="a-password", durable=False)
    with running(server):
        yield server.url()


def test_every_object_gets_one_new_version_in_the_order_of_its_key(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(OUTBOX)
        resend(database)
        rows = connection.execute("SELECT key FROM outbox_row ORDER BY version").fetchall()
        assert [key for (key,) in rows[:10]] == sorted(str(n) for n in range(1, 26))[:10]
        state = (
            "SELECT min(version), max(version), bool_and(due_at <= now()), max(attempts), max(error) FROM outbox_row"
        )
        assert connection.execute(state).fetchone() == (26, 50, True, 0, "")


def test_a_database_without_an_outbox_is_an_error_that_says_so(database: str) -> None:
    with pytest.raises(StackError, match="cannot be sent again: relation"):
        resend(database)


def test_a_new_queue_is_known_by_what_provision_says() -> None:
    said = "topic arn: in order\nqueue reactive-tables-client: in order\nqueue reactive-tables-client-2: created\n"
    assert has_new_queue(said, ["client", "client-2"])
    assert not has_new_queue(said, ["client"])
    assert not has_new_queue("queue reactive-tables-client-dead-letters: created", ["client"])
