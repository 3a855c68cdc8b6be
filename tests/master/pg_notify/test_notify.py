"""What PostgreSQL would not take is refused with a sentence."""

import pytest
from django.db import connection

from master.pg_notify.notify import PAYLOAD_BYTES, notify
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
def test_a_payload_is_data_and_never_sql(listening: Listening) -> None:
    evil = "'); DROP TABLE users_user; --"
    with listening("outbox"):
        notify("outbox", evil)
    assert "users_user" in connection.introspection.table_names()
