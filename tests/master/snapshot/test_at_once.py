"""Several clients, and writers, at the same time: one truth, and no writer waits for a client."""

import uuid
from collections.abc import Callable

import pytest
from django.db import OperationalError

from master.outbox.declare import registry
from master.outbox.models import OutboxRow
from master.snapshot import queries
from master.snapshot.rows import by_key
from tests.master.database import another_connection
from tests.master.outbox.rows import version_of
from tests.master.people import made_user
from tests.master.threads import all_at_once, in_thread
from wire.events import Change

pytestmark = pytest.mark.django_db(transaction=True)

INSERT = (
    "INSERT INTO users_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, "
    "date_joined, uid) VALUES ('', false, %s, '', '', '', false, true, now(), %s)"
)


def asking_for(keys: list[str]) -> Callable[[], list[Change]]:
    return lambda: sorted(by_key(registry["users"], keys), key=lambda change: change.key)


def test_all_who_ask_for_unknown_keys_get_the_same_versions() -> None:
    keys = [str(uuid.uuid4()) for _ in range(10)]
    answers = all_at_once([asking_for(keys), asking_for(keys[::-1])] * 4)
    assert all(answer == answers[0] for answer in answers)
    assert OutboxRow.objects.count() == 10


def test_what_a_writer_creates_at_that_moment_is_told_once_it_is_there() -> None:
    key = uuid.uuid4()
    with another_connection() as writer:
        writer.execute(INSERT, ("ada", key))
        with in_thread(asking_for([str(key)])) as future:
            writer.commit()
        (change,) = future.result()
    assert change.op == "upsert"
    assert change.version == OutboxRow.objects.get(key=key).version


def test_a_writer_that_takes_long_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PATIENCE", "SET LOCAL lock_timeout = '50ms'")
    ada, key = made_user("ada"), uuid.uuid4()
    with another_connection() as writer:
        writer.execute(INSERT, ("bob", key))
        with pytest.raises(OperationalError, match="lock timeout"):
            asking_for([str(key)])()
        (change,) = asking_for([str(ada.uid)])()
        assert change.version == version_of(ada)
        writer.commit()
    assert asking_for([str(key)])()[0].op == "upsert"
