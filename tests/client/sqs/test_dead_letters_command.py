"""`python -m client dead_letters`, on moto."""

import json
import logging
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.management import CommandError, call_command
from kombu.exceptions import OperationalError as BrokerError
from pytest_django import Settings

from client.replication import announce
from client.sqs import dead_letters, queue
from client.sqs.queue import DeleteRefusedError
from client.sqs.signals import apply_messages
from client.users.models import User
from tests.client.handlers import handler
from tests.client.people import incoming, replicate, uid_of
from tests.client.pull.fake_master import TOKEN, FakeMaster, serving
from tests.client.pull.users import row
from tests.client.sqs.events import body, user
from tests.client.sqs.queues import MotoQueue, argument

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sqs")]

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def master(settings: Settings, count_in_redis: None) -> Iterator[FakeMaster]:
    """Return a master to ask."""
    with serving(FakeMaster()) as master:
        settings.MASTER_URL, settings.SNAPSHOT_TOKEN = master.url, TOKEN
        yield master


_message_ids = (f"m-{number}" for number in count())


def put(text: str, reason: str = "value too long", *, message_id: str = "") -> None:
    queue.send_dead_letter(text, reason=reason, message_id=message_id or next(_message_ids))


def ada(version: int) -> str:
    return body(user(uid_of("ada"), version, "ada"))


def listed(capsys: Captured) -> list[dict[str, Any]]:
    call_command("dead_letters", "list", "--json")
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_empty_queue_is_said_to_be_empty(capsys: Captured) -> None:
    call_command("dead_letters", "list")
    assert capsys.readouterr().out == "There are no dead letters to be seen.\n"
    assert listed(capsys) == []


def test_the_list_says_what_each_letter_is_about_and_whether_it_is_overtaken(capsys: Captured) -> None:
    replicate(incoming("ada", version=7))
    for version in (6, 7, 8):
        put(ada(version))
    put("not JSON", "not a JSON array of events")
    lines = {tuple(line["objects"]): line for line in listed(capsys)}
    key = uid_of("ada")
    states = {objects: line["state"] for objects, line in lines.items()}
    assert states == {
        (f"users/{key}/6",): "overtaken",
        (f"users/{key}/7",): "applied",
        (f"users/{key}/8",): "needed",
        (): "unreadable",
    }
    assert lines[()]["reason"] == "not a JSON array of events"
    call_command("dead_letters", "list")
    table = capsys.readouterr().out
    assert f"overtaken   users/{key}/6: value too long" in table
    assert "unreadable  1 event: not a JSON" in table
    assert len(listed(capsys)) == 4


def test_a_letter_is_shown_with_all_it_holds(capsys: Captured) -> None:
    put(ada(8))
    (line,) = listed(capsys)
    call_command("dead_letters", "show", line["id"][:8])
    shown = capsys.readouterr().out
    assert f"id:         {line['id']}\n" in shown
    assert "state:      needed: this client holds less\n" in shown
    assert f"object:     users/{uid_of('ada')}/8\n" in shown
    assert '        "username": "ada",\n' in shown


def test_a_message_that_was_moved_whole_is_a_letter_too(sqs: MotoQueue, capsys: Captured) -> None:
    events = body(*(user(uid_of(name), 5, name) for name in ("ada", "bob", "cleo")))
    sqs.client.send_message(QueueUrl=sqs.dead_url, MessageBody=events)
    (line,) = listed(capsys)
    assert (line["events"], line["message_id"]) == (3, "")
    assert "and never finished" in line["reason"]
    call_command("dead_letters", "list")
    assert "needed      3 events: received" in capsys.readouterr().out


def test_what_is_sent_again_leaves_the_dead_letters(sqs: MotoQueue, capsys: Captured) -> None:
    put(ada(8))
    put(ada(9))
    (first, _) = listed(capsys)
    call_command("dead_letters", "retry", first["id"][:8])
    assert capsys.readouterr().out == f"{first['id']}  sent again\n1 done, 0 kept\n"
    call_command("dead_letters", "retry", "--all")
    assert {str(message["body"]) for message in sqs.received()} == {ada(8), ada(9)}
    assert dead_letters.count() == 0


def test_a_letter_that_is_refused_again_at_once_is_sent_once(
    sqs: MotoQueue, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(queue, "send", put)  # as if a worker had put it back already
    put(ada(8))
    call_command("dead_letters", "retry", "--all")
    assert "1 done, 0 kept" in capsys.readouterr().out
    assert dead_letters.count() == 1


def test_what_cannot_be_sent_again_is_kept_beside_what_can(sqs: MotoQueue, capsys: Captured) -> None:
    put("é" * (queue.MESSAGE_BYTES // 2))
    put(ada(8))
    with pytest.raises(CommandError, match="1 of 2 letters are kept"):
        call_command("dead_letters", "retry", "--all")
    assert "kept: was cut" in capsys.readouterr().out
    assert [str(message["body"]) for message in sqs.received()] == [ada(8)]
    assert len(listed(capsys)) == 1


def test_a_letter_that_sqs_does_not_take_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    put(ada(8))

    def send(text: str) -> None:
        raise EndpointConnectionError(endpoint_url="https://sqs")

    monkeypatch.setattr(queue, "send", send)
    with pytest.raises(CommandError, match="SQS does not do it: Could not connect"):
        call_command("dead_letters", "retry", "--all")
    assert queue.depth(queue.dead_letter_url()) == queue.Depth(visible=1, in_flight=0)


def test_letters_are_discarded_for_a_reason_only(capsys: Captured, caplog: pytest.LogCaptureFixture) -> None:
    put(ada(8))
    for reason in ([], ["--reason", " "]):
        with pytest.raises(CommandError, match="Say why by --reason"):
            call_command("dead_letters", "discard", "--all", *reason)
    assert dead_letters.count() == 1
    with caplog.at_level(logging.WARNING, "client.sqs.mending"):
        call_command("dead_letters", "discard", "--all", "--reason", "a test")
    assert [vars(record)["because"] for record in caplog.records] == ["a test"]
    assert dead_letters.count() == 0


@pytest.mark.parametrize("words", [[], ["abcdefgh", "--all"]])
def test_letters_are_named_or_all_but_not_both(words: list[str]) -> None:
    with pytest.raises(CommandError, match="Name the letters"):
        call_command("dead_letters", "retry", *words)


def test_nothing_is_done_when_an_id_is_wrong(sqs: MotoQueue, capsys: Captured) -> None:
    put(ada(8))
    (line,) = listed(capsys)
    with pytest.raises(CommandError, match="No dead letter"):
        call_command("dead_letters", "retry", line["id"], "nonsense")
    assert (sqs.received(), len(listed(capsys))) == ([], 1)


def test_letters_that_somebody_else_reads_are_told(capsys: Captured) -> None:
    put(ada(8))
    with dead_letters.Box() as held:
        assert len(list(held)) == 1
        call_command("dead_letters", "list")
    printed = capsys.readouterr()
    assert printed.out == "There are no dead letters to be seen.\n"
    assert "About 1 more did not come: somebody else reads them" in printed.err


def test_all_letters_are_not_done_while_somebody_else_reads_some() -> None:
    put(ada(8))
    with dead_letters.Box() as held:
        assert len(list(held)) == 1
        with pytest.raises(CommandError, match="About 1 more did not come"):
            call_command("dead_letters", "retry", "--all")


def test_a_reader_that_ends_before_the_letters_do_says_so(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(dead_letters, "READ_SECONDS", 0)
    monkeypatch.setattr(queue, "depth", lambda url: queue.Depth(visible=0, in_flight=0))
    for version in range(1, 14):
        put(ada(version))
    call_command("dead_letters", "list")
    assert "Letters keep coming" in capsys.readouterr().err
    with pytest.raises(CommandError, match="Run the command again for the rest"):
        call_command("dead_letters", "retry", "--all")


@pytest.mark.parametrize("words", [["retry"], ["repair"], ["discard", "--reason", "a test"]])
def test_letters_that_one_event_became_while_deletes_failed_are_mended_as_one(
    sqs: MotoQueue, monkeypatch: pytest.MonkeyPatch, capsys: Captured, master: FakeMaster, words: list[str]
) -> None:
    def refuse(receipts: object) -> int:
        raise DeleteRefusedError("InternalError")

    monkeypatch.setattr(queue, "delete", refuse)
    for _ in range(3):
        with pytest.raises(DeleteRefusedError):
            apply_messages(None, lane="fast", messages=[argument(body(user(uid_of("ada"), 8, "x" * 200)))])
    put(ada(9))
    assert dead_letters.count() == 4
    (line,) = (line for line in listed(capsys) if line["letters"] > 1)
    assert line["letters"] == 3
    call_command("dead_letters", "list")
    assert f"users/{uid_of('ada')}/8, in 3 letters: value too long" in capsys.readouterr().out
    call_command("dead_letters", "show", line["id"])
    assert "letters:    3\n" in capsys.readouterr().out
    call_command("dead_letters", words[0], line["id"], *words[1:])
    assert "1 done, 0 kept" in capsys.readouterr().out
    assert len(sqs.received()) == (words[0] == "retry")
    assert [line["objects"] for line in listed(capsys)] == [[f"users/{uid_of('ada')}/9"]]
    assert dead_letters.count() == 1


def test_a_queue_without_dead_letters_is_said_to_have_none(sqs: MotoQueue) -> None:
    sqs.client.set_queue_attributes(QueueUrl=sqs.url, Attributes={"RedrivePolicy": ""})
    with pytest.raises(CommandError, match="`python -m master provision` makes one"):
        call_command("dead_letters", "list")


def test_a_repaired_letter_is_gone_and_its_object_is_as_master_has_it(master: FakeMaster, capsys: Captured) -> None:
    put(body(user(uid_of("ada"), 8, "x" * 200)))
    master.put(uid_of("ada"), row("x" * 200))
    with pytest.raises(CommandError, match="1 of 1 letters are kept"):
        call_command("dead_letters", "repair", "--all")
    assert f"the cause is still there: users/{uid_of('ada')}: value too long" in capsys.readouterr().out
    assert dead_letters.count() == 1
    master.put(uid_of("ada"), row("ada"))
    call_command("dead_letters", "repair", "--all")
    assert "repaired: 1 object as master has it now\n1 done, 0 kept" in capsys.readouterr().out
    assert User.objects.get().username == "ada"
    assert dead_letters.count() == 0


def test_a_letter_about_somebody_who_is_gone_is_repaired_by_his_tombstone(master: FakeMaster) -> None:
    replicate(incoming("ada", version=7))
    put(ada(8))
    call_command("dead_letters", "repair", "--all")
    assert not User.objects.exists()
    assert dead_letters.count() == 0


def test_letters_are_kept_while_master_gives_no_answer(master: FakeMaster) -> None:
    put(ada(8))
    master.status = 503
    with pytest.raises(CommandError, match=r"\(status 503\)\. The letters that were not named above are kept"):
        call_command("dead_letters", "repair", "--all")
    assert queue.depth(queue.dead_letter_url()) == queue.Depth(visible=1, in_flight=0)


def test_letters_are_kept_while_the_broker_takes_no_task(master: FakeMaster, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Celery has it, for a client's own handlers of what is repaired."""
    put(ada(8))
    master.put(uid_of("ada"), row("ada"))

    def trigger(*_: Any, **__: Any) -> None:
        raise BrokerError("Connection refused")

    monkeypatch.setattr(announce, "trigger", trigger)
    with handler("users.changed"), pytest.raises(CommandError, match="The database, or Redis, does not do it"):
        call_command("dead_letters", "repair", "--all")
    assert dead_letters.count() == 1


def test_letters_are_kept_while_redis_is_away(settings: Settings, master: FakeMaster) -> None:
    put(ada(8))
    master.put(uid_of("ada"), row("ada"))
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(CommandError, match="The database, or Redis, does not do it"):
        call_command("dead_letters", "repair", "--all")
    assert dead_letters.count() == 1
