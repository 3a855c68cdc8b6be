"""What becomes of a dead letter: sent again, repaired from master, thrown away, or kept with a sentence."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from client.replication.apply import apply
from client.replication.changes import Applied, Incoming
from client.replication.declare import replicas
from client.sqs import mending
from client.sqs.letters import Letter
from tests.client.people import replicate
from tests.client.replication.users import ADA, BOB, assert_held
from tests.client.replication.users import user as replica_of
from tests.client.sqs.events import body, delete, upsert, user
from tests.client.sqs.queues import MotoQueue
from tests.client.things.models import Label


def letter(text: str, **fields: Any) -> Letter:
    since = datetime(2026, 11, 21, tzinfo=UTC)
    return Letter(**{"id": "l-1", "body": text, "since": since, "message_id": "m-1", **fields})


@dataclass
class Master:
    """Answers what it is told to, by key, through the real apply."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, list[str]]] = field(default_factory=list)

    def pull(self, table: str, keys: Sequence[str]) -> Applied:
        self.asked.append((table, list(keys)))
        states = [
            Incoming(key=key, version=50, deleted=key not in self.rows, row=self.rows.get(key, {}), pulled=True)
            for key in keys
        ]
        return apply(replicas[table], states)


def a_user(name: str) -> dict[str, Any]:
    return {"username": name, "first_name": "", "last_name": "", "email": "", "is_active": True}


def test_a_letter_is_sent_to_the_queue_again(sqs: MotoQueue) -> None:
    assert mending.retry(letter("[5]")).done
    (message,) = sqs.received()
    assert message["body"] == "[5]"


def test_a_letter_that_was_cut_is_not_sent_again(sqs: MotoQueue) -> None:
    outcome = mending.retry(letter("[5", cut="from 1048576 bytes"))
    assert not outcome.done
    assert "was cut (from 1048576 bytes)" in outcome.says
    assert sqs.received() == []


@pytest.mark.django_db
def test_master_is_asked_once_for_each_object_of_a_letter() -> None:
    master = Master(rows={ADA: a_user("ada"), "red": {"text": "Red"}})
    text = body(user(ADA, 1, "x" * 200), user(ADA, 2, "y"), delete("users", BOB, 3), upsert("labels", "red", 4))
    outcome = mending.repair(letter(text), master.pull)
    assert (outcome.done, outcome.says) == (True, "repaired: 3 objects as master has it now")
    assert master.asked == [("users", [ADA, BOB]), ("labels", ["red"])]
    assert_held({ADA: "ada"})
    assert Label.objects.get().text == "Red"


@pytest.mark.django_db
def test_a_letter_is_kept_while_its_cause_is_there() -> None:
    master = Master(rows={ADA: a_user("x" * 200), BOB: a_user("bob")})
    outcome = mending.repair(letter(body(user(ADA, 1, "x" * 200), user(BOB, 2, "bob"))), master.pull)
    assert not outcome.done
    assert outcome.says.startswith(f"kept: the cause is still there: users/{ADA}: value too long")
    assert_held({BOB: "bob"})


@pytest.mark.django_db
def test_a_letter_is_kept_while_a_local_row_has_its_key() -> None:
    Label.objects.create(slug="red", text="mine")
    outcome = mending.repair(letter(body(upsert("labels", "red", 4))), Master(rows={"red": {"text": "Red"}}).pull)
    assert (outcome.done, Label.objects.get().text) == (False, "mine")
    assert "labels/red: a local row has this slug" in outcome.says


@pytest.mark.django_db
def test_a_letter_is_kept_while_master_answers_less_than_is_held() -> None:
    """As a master does that was restored from a backup: its answer, at version 50, cures nothing."""
    replicate(replica_of(ADA, 70, "held"), replica_of(BOB, 40, "bob"))
    text = body(user(ADA, 80, "x" * 200), user(BOB, 45, "y"))
    outcome = mending.repair(letter(text), Master(rows={ADA: a_user("ada"), BOB: a_user("robert")}).pull)
    assert not outcome.done
    assert "older than what this client holds, for 1 of 2 objects" in outcome.says
    assert "`python -m master advance_versions`" in outcome.says
    assert_held({ADA: "held", BOB: "robert"})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (body(upsert("ships", "x", 1)), "this client declares no table 'ships'"),
        (body(user("no-uuid", 1, "ada")), "'no-uuid' is not a uid as the database writes it"),
        ("not JSON", "1 of its 1 events cannot be read"),
        ("[]", "it holds no event"),
        (json.dumps([*json.loads(body(user(ADA, 1, "ada"))), 5]), "1 of its 2 events cannot be read"),
    ],
)
def test_what_master_cannot_be_asked_about_is_kept_with_a_sentence(text: str, why: str) -> None:
    master = Master()
    outcome = mending.repair(letter(text), master.pull)
    assert not outcome.done
    assert why in outcome.says
    assert master.asked == []


def test_a_letter_is_discarded_with_all_that_is_known_of_it_but_its_body(caplog: pytest.LogCaptureFixture) -> None:
    text = body(user(ADA, 7, "ada", email="ada@example.org"))
    with caplog.at_level(logging.WARNING, "client.sqs.mending"):
        assert mending.discard(letter(text, reason="value too long"), because="a test user").done
    (record,) = caplog.records
    assert (
        vars(record).items()
        >= {
            "letter": "l-1",
            "letters": 1,
            "message_id": "m-1",
            "error.message": "value too long",
            "since": "2026-11-21T00:00:00+00:00",
            "objects": [f"users/{ADA}/7"],
            "bytes": len(text),
            "because": "a test user",
        }.items()
    )
    assert "example.org" not in str(vars(record))
