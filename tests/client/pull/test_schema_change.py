"""A replicated field that one side has first does no harm, and is filled when the other side has it too.

The messages are recorded ones: of a master that has a field more than this client, and of one that has a field less.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from client.pull import backfill
from client.pull.backfill import work
from client.pull.state import begin
from client.sqs.signals import apply_messages
from client.users.models import User
from tests.client.pull.fake_master import FakeMaster
from tests.client.replication.users import versions
from tests.client.sqs.events import body
from tests.client.sqs.events import user as event
from tests.client.sqs.queues import FakeQueue, argument

pytestmark = pytest.mark.django_db

RECORDED = Path(__file__).parents[2] / "wire/recorded"
NEWER, OLDER = "3-newer-master-with-one-more-field", "4-older-master-with-one-field-less"
ADA = "0b9c4c1e-6a0f-4d8e-9a53-2f1d4c6b7a80"
ROW: dict[str, Any] = {
    "username": "ada",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@example.org",
    "is_active": True,
}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeQueue:
    """Give the queue that the messages came from."""
    made = FakeQueue()
    monkeypatch.setattr("client.sqs.signals.queue", made)
    return made


def recorded(name: str) -> str:
    return str(json.loads((RECORDED / f"{name}.json").read_text())["body"])


def receive(text: str) -> None:
    apply_messages(None, "fast", [argument(text)])


def held() -> dict[str, Any]:
    """Return the row of the one user there is."""
    return {name: getattr(User.objects.get(), name) for name in ROW}


def test_an_old_client_takes_what_it_knows_from_a_newer_master(fake: FakeQueue) -> None:
    receive(recorded(NEWER))
    assert held() == ROW
    assert versions() == {ADA: 1045}
    assert (fake.deleted, fake.letters) == (["receipt of m1"], [])


def test_a_new_client_gives_a_new_row_of_an_older_master_its_default(fake: FakeQueue) -> None:
    receive(recorded(OLDER))
    assert held() == ROW | {"email": ""}
    assert (fake.deleted, fake.letters) == (["receipt of m1"], [])


def test_a_new_client_keeps_what_an_older_master_does_not_send(fake: FakeQueue) -> None:
    receive(body(event(ADA, 1044, "ada", email="kept@example.org")))
    receive(recorded(OLDER))
    assert held() == ROW | {"email": "kept@example.org"}
    assert versions() == {ADA: 1046}
    assert fake.letters == []


def test_when_master_has_the_field_too_republishing_fills_it(fake: FakeQueue) -> None:
    receive(recorded(OLDER))
    receive(body(event(ADA, 1047, **ROW)))
    assert held() == ROW
    assert fake.letters == []


@pytest.mark.usefixtures("fake")
def test_when_master_has_the_field_too_a_back_fill_fills_it_at_the_version_held(
    master: FakeMaster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "PATIENCE", (0.0,))
    receive(recorded(OLDER))
    master.put(ADA, ROW, 1046)
    begin("users")
    assert work("users") is False
    assert held() == ROW
    assert versions() == {ADA: 1046}
