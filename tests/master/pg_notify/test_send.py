"""What PostgreSQL would not take is refused with a sentence."""

import pytest
from django.db import connection, transaction

from master import pg_notify
from master.pg_notify import notify
from master.pg_notify.send import PAYLOAD_BYTES
from stack.waiting import wait_until
from tests.master.database import rolled_back
from tests.master.pg_notify.conftest import Listening


@pytest.mark.django_db
@pytest.mark.parametrize("payload", ["x" * 8_000, "é" * 4_000, "🚀" * 2_000])
def test_a_payload_of_8000_bytes_is_refused_before_it_spoils_the_transaction(payload: str) -> None:
    with pytest.raises(ValueError, match=r"8000 bytes is over PostgreSQL's 7999: send a key"):
        notify("outbox", payload)
    assert connection.is_usable()


@pytest.mark.django_db
@pytest.mark.parametrize("payload", ["x" * 7_999, "é" * 3_999, "🚀" * 1_999 + "xxx"])
def test_the_longest_payload_is_taken(payload: str) -> None:
    assert len(payload.encode()) in (PAYLOAD_BYTES, PAYLOAD_BYTES - 1)
    notify("outbox", payload)
    assert connection.is_usable()


@pytest.mark.django_db
def test_a_payload_with_a_nul_is_refused_before_it_spoils_the_transaction() -> None:
    with pytest.raises(ValueError, match="a payload holds no NUL"):
        notify("outbox", "a\0b")
    assert connection.is_usable()


@pytest.mark.django_db(transaction=True)
def test_it_is_called_by_the_name_of_its_room(listening: Listening) -> None:
    with listening("outbox") as heard:
        pg_notify.notify("outbox", "at once")
        with rolled_back():
            pg_notify.notify("outbox", "never")
        with transaction.atomic():
            pg_notify.notify("outbox", "on commit")
            assert wait_until(lambda: heard == ["at once"], seconds=5)
        assert wait_until(lambda: heard == ["at once", "on commit"], seconds=5)


@pytest.mark.django_db(transaction=True)
def test_a_payload_is_data_and_never_sql(listening: Listening) -> None:
    evil = "'); DROP TABLE users_user; --"
    with listening("outbox"):
        notify("outbox", evil)
    assert "users_user" in connection.introspection.table_names()
