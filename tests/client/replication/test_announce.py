"""What is told of a change, to whom, and when."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from df_websockets.testing import SignalQueue

from client.replication.announce import announce, rows_applied, rows_applying
from client.replication.changes import RowChange
from client.replication.declare import replicas
from client.users.models import User
from client.users.sessions import SessionStore
from tests.client.handlers import handler
from tests.client.replication.listening import listening
from tests.client.replication.things import apply_things, held, thing
from tests.client.replication.users import ADA, BOB, apply_users, gone, names, some, user
from tests.client.things.models import Thing
from tests.parts import ROOT

pytestmark = pytest.mark.django_db

THINGS = replicas["things"]
LAMP = RowChange(op="upsert", key="1", version=7, row={"name": "lamp"}, changed=("name",), changed_at=None)
GONE = RowChange(op="delete", key="2", version=8, row=None, changed=(), changed_at=None)
HANDLERS = """
from df_websockets.decorators import signal

@signal(path="things.changed", queue="slow")
def handle(window_info, changes):
    pass
"""
COMMAND = """
import django
django.setup()
from df_websockets.testing import SignalQueue
from client.replication.announce import announce
from client.replication.declare import replicas
from client.replication.changes import RowChange
lamp = RowChange(op="upsert", key="1", version=7, row={"name": "lamp"}, changed=("name",), changed_at=None)
with SignalQueue() as sent:
    announce(replicas["things"], [lamp])
print({queue: len(tasks) for queue, tasks in sent.python_signals.items()})
"""


class Told:
    """A receiver that remembers what it was told, and how many rows there were then."""

    def __init__(self) -> None:
        self.changes: list[RowChange] = []
        self.rows: list[int] = []

    def __call__(self, sender: object, changes: list[RowChange], **kwargs: Any) -> None:
        self.changes += changes
        self.rows.append(Thing.objects.count())


def raises(sender: object, **kwargs: object) -> None:
    raise RuntimeError("no")


def test_receivers_are_told_once_the_rows_are_committed() -> None:
    told = Told()
    with listening(told, rows_applied):
        announce(THINGS, [LAMP, GONE])
    assert told.changes == [LAMP, GONE]


def test_nobody_is_told_of_nothing() -> None:
    told = Told()
    with listening(told, rows_applied), handler("things.changed"), SignalQueue() as sent:
        announce(THINGS, [])
    assert (told.rows, sent.python_signals) == ([], {})


def test_a_handler_of_the_client_is_called_as_a_task_of_its_own_queue() -> None:
    with handler("things.changed", queue="slow") as calls, SignalQueue() as sent:
        announce(THINGS, [LAMP, GONE])
        assert {queue: len(tasks) for queue, tasks in sent.python_signals.items()} == {"slow": 1}
        sent.execute_delayed_signals()
    assert sent.ws_signals == {}
    assert calls == [
        {
            "changes": [
                {"op": "upsert", "code": "1", "version": 7, "thing": {"name": "lamp"}, "changed": ["name"]},
                {"op": "delete", "code": "2", "version": 8, "thing": None, "changed": []},
            ]
        }
    ]


def test_no_task_is_made_where_no_handler_is_registered() -> None:
    with SignalQueue() as sent:
        announce(THINGS, [LAMP])
    assert (sent.python_signals, sent.ws_signals) == ({}, {})


def test_a_handler_is_found_in_a_process_that_has_looked_for_none(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "signals.py").write_text(HANDLERS)
    (tmp_path / "with_shop.py").write_text(
        "from tests.client.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'shop']"
    )
    places = {"PYTHONPATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "with_shop"}
    words, env = [sys.executable, "-c", COMMAND], os.environ | places
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "{'slow': 1}", done.stderr


def test_a_receiver_that_raises_after_the_commit_ends_the_batch() -> None:
    with listening(raises, rows_applied), pytest.raises(RuntimeError), SignalQueue() as sent:
        announce(THINGS, [LAMP])
    assert sent.python_signals == {}


def test_receivers_inside_the_transaction_see_the_rows_as_they_were() -> None:
    told = Told()
    with listening(told):
        (change,) = apply_things(thing(1, 1, name="lamp")).changes
    assert (told.rows, told.changes) == ([0], [change])


def test_a_receiver_that_raises_inside_the_transaction_undoes_it() -> None:
    apply_things(thing(1, 1, name="lamp"))
    with listening(raises, rows_applying), pytest.raises(RuntimeError):
        apply_things(thing(1, 2, name="light"))
    assert held(1).name == "lamp"
    assert len(apply_things(thing(1, 2, name="light")).changes) == 1


def sign_in(uid: str) -> SessionStore:
    session = SessionStore()
    session["_auth_user_id"] = str(User.objects.get(uid=uid).pk)
    session.create()
    return session


def alive(session: SessionStore) -> bool:
    return bool(session.session_key) and session.exists(str(session.session_key))


@pytest.fixture
def sessions() -> tuple[SessionStore, SessionStore]:
    """Sign in Ada and Bob."""
    apply_users(user(ADA, 1, "ada"), user(BOB, 2, "bob"))
    return sign_in(ADA), sign_in(BOB)


@pytest.mark.parametrize("change", [gone(ADA, 3), user(ADA, 3, "ada", is_active=False), some(ADA, 3, is_active=False)])
def test_who_is_deleted_or_deactivated_is_signed_out_in_the_same_transaction(
    change: Any, sessions: tuple[SessionStore, SessionStore]
) -> None:
    apply_users(change)
    assert [alive(session) for session in sessions] == [False, True]


def test_who_is_only_renamed_stays_signed_in(sessions: tuple[SessionStore, SessionStore]) -> None:
    apply_users(user(ADA, 3, "augusta"), some(BOB, 4, email="bob@example.org"))
    assert [alive(session) for session in sessions] == [True, True]


def test_nobody_is_signed_out_by_a_change_that_is_late(sessions: tuple[SessionStore, SessionStore]) -> None:
    apply_users(user(ADA, 5, "ada"))
    apply_users(user(ADA, 4, "ada", is_active=False), gone(ADA, 3))
    assert [alive(session) for session in sessions] == [True, True]


def test_a_batch_that_is_undone_signs_nobody_out(sessions: tuple[SessionStore, SessionStore]) -> None:
    with listening(raises), pytest.raises(RuntimeError):
        apply_users(gone(ADA, 3))
    assert [alive(session) for session in sessions] == [True, True]
    assert names() == {ADA: "ada", BOB: "bob"}
