"""Bad messages in a client's queue: the bad event alone becomes a dead letter, and hides none of the good ones."""

import json
import re
from collections.abc import Callable, Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from stack.logview import parse
from stack.stack import Stack
from stack.waiting import wait_until
from tests.e2e.bad_bodies import BAD
from tests.e2e.console import Console
from tests.e2e.people import SECONDS, People
from tests.e2e.queues import Queues, event


@pytest.fixture
def queues(stack: Stack) -> Queues:
    """Return the queues of the first client."""
    return Queues(stack.projects["client"])


@pytest.fixture
def strangers(queues: Queues, clients: dict[str, Console]) -> Iterator[list[str]]:
    """Return a list for the keys of users whom master does not know; they are deleted after the test.

    Versions are no newer than what master has given: pages show the newest one.
    """
    keys: list[str] = []
    yield keys
    queues.send(json.dumps([event(key=key, version=2, op="delete") for key in keys]))
    assert wait_until(lambda: count(clients["client"], keys) == 0, seconds=SECONDS)


def count(client: Console, keys: list[str]) -> int:
    """Return how many of these users a client has."""
    found = client(
        "from client.users.models import User; result = User.objects.filter(uid__in=keys).count()", keys=keys
    )
    return int(found)


def refused(stack: Stack) -> float:
    """Return how many events the first client has refused so far, as its web process tells."""
    with urlopen(f"{stack.url('client-web')}/metrics", timeout=10) as answer:
        found = re.search(r"^replication_refused_total (\S+)$", answer.read().decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


def logged(stack: Stack) -> dict[str, str]:
    """Return what the worker has logged of refused events: the reason by the message's id."""
    records = filter(None, map(parse, stack.process("worker-fast").log.splitlines()))
    return {
        record["message_id"]: record["error"]["message"] if "error" in record else record["error.message"]
        for record in records
        if record.get("message") == "event refused"
    }


def test_each_bad_message_becomes_a_dead_letter_between_good_changes(
    stack: Stack, queues: Queues, people: People, visit: Callable[..., Page]
) -> None:
    before, sent = refused(stack), {}
    person = people.create()
    page = visit(person.username)
    for number, (name, (body, _)) in enumerate(BAD.items()):
        sent[queues.send(body)] = name
        people.save(person, first_name=f"Name {number}")
    letters = queues.dead_letters(set(sent))
    people.save(person, last_name="Marker")
    expect(page.locator("[data-field=last_name]")).to_have_text("Marker")
    expect(page.locator("[data-field=first_name]")).to_have_text(f"Name {len(BAD) - 1}")
    for letter in letters:
        assert BAD[sent[letter.message_id]][1] in letter.reason, sent[letter.message_id]
        assert logged(stack)[letter.message_id] in letter.reason
    assert {sent[letter.message_id] for letter in letters} == set(BAD)
    assert refused(stack) >= before + len(BAD)


def test_one_bad_event_among_ninety_nine_good_ones_is_refused_alone(
    queues: Queues, clients: dict[str, Console], strangers: list[str]
) -> None:
    good = [event(username=f"zz-good-{number:02}", is_active=True) for number in range(99)]
    bad = event(username="zz-bad", is_active="perhaps")
    strangers += [each["data"]["key"] for each in (*good, bad)]
    message_id = queues.send(json.dumps([*good[:50], bad, *good[50:]]))
    letters = queues.dead_letters({message_id})
    assert wait_until(lambda: count(clients["client"], strangers) == 99, seconds=SECONDS)
    assert {each["data"]["key"] for letter in letters for each in json.loads(letter.body)} == {bad["data"]["key"]}


def test_an_unknown_field_is_no_error(queues: Queues, clients: dict[str, Console], strangers: list[str]) -> None:
    message = [event(username="zz-newer", shoe_size=42) | {"newextension": "1"}]
    strangers.append(message[0]["data"]["key"])
    queues.send(json.dumps(message))
    assert wait_until(lambda: count(clients["client"], strangers) == 1, seconds=SECONDS)
