"""What can be read of a dead letter, and whether its objects are held here by now."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.sqs.letters import Letter, Named, joined, pretty, readable, standing

RED = Named(table="labels", key="red", version=5)
BLUE = Named(table="labels", key="blue", version=7)


def letter(body: str, **fields: Any) -> Letter:
    return Letter(id="id", body=body, since=datetime(2026, 11, 21, tzinfo=UTC), **fields)


def event(**data: Any) -> dict[str, Any]:
    return {"data": {"table": "labels", "key": "red", "version": 5, "op": "upsert", **data}}


@pytest.mark.parametrize("also", [{}, {"row": 5}, {"op": "merge"}, {"row": {"text": None}}])
def test_an_event_is_named_whatever_else_is_wrong_with_it(also: dict[str, Any]) -> None:
    assert letter(json.dumps([event(**also)])).events == (RED,)


@pytest.mark.parametrize(
    "body",
    [
        *("not JSON", "{}", "5", "[5]", "[{}]", '[{"data": []}]', "[" * 100_000, '["\\ud800"]'),
        *(json.dumps([event(**wrong)]) for wrong in ({"key": ""}, {"key": "a\0"}, {"key": 5}, {"table": "x" * 1025})),
        *(json.dumps([event(version=version)]) for version in (0, -1, 2**63, True, "5", 5.0)),
        '[{"data": {"table": "labels", "key": "\\ud800", "version": 5}}]',
    ],
)
def test_what_names_no_object_is_one_event_that_cannot_be_read(body: str) -> None:
    assert letter(body).events == (None,)
    assert standing(letter(body).events, {}) == "unreadable"


def test_an_empty_message_has_no_events() -> None:
    assert standing(letter("[]").events, {}) == "unreadable"


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({}, "needed"),
        ({RED: 4, BLUE: 9}, "needed"),
        ({RED: 6}, "needed"),
        ({RED: 5, BLUE: 7}, "applied"),
        ({RED: 5, BLUE: 8}, "applied"),
        ({RED: 6, BLUE: 8}, "overtaken"),
    ],
)
def test_a_letter_is_overtaken_when_something_newer_is_held_of_all_its_objects(
    held: dict[Named, int], expected: str
) -> None:
    versions = {(each.table, each.key): version for each, version in held.items()}
    assert standing((RED, BLUE), versions) == expected


def test_nobody_can_say_of_a_letter_that_is_read_in_part() -> None:
    assert standing((RED, None), {("labels", "red"): 9}) == "unreadable"


def test_a_letter_without_a_reason_was_moved_after_many_receives() -> None:
    assert letter("[]", reason="too long").why == "too long"
    assert letter("[]").why == "received many times and never finished; moved here as it was"


def test_a_body_is_indented_and_commands_no_terminal() -> None:
    assert pretty('[{"name":"Zoë"}]') == '[\n  {\n    "name": "Zoë"\n  }\n]'
    assert pretty("\x1b[2J") == "\N{REPLACEMENT CHARACTER}[2J"
    assert "\x9b" not in pretty(json.dumps(["\x9b2J"], ensure_ascii=False))


@given(st.text())
def test_any_body_can_be_shown(body: str) -> None:
    made = letter(body)
    assert all(each is None or each.version >= 1 for each in made.events)
    assert all(character.isprintable() or character == "\n" for character in pretty(body) + readable(body))


def test_letters_of_one_event_are_one_and_the_oldest_stands_for_all() -> None:
    later = datetime(2026, 11, 22, tzinfo=UTC)
    first = replace(letter("[5]", message_id="m-1"), id="b")
    double = replace(first, id="a", since=later)
    others = [
        replace(letter("[6]", message_id="m-1"), id="another event of the message"),
        replace(letter("[5]", message_id="m-2"), id="the same in another message"),
        *(replace(letter("[5]"), id=f"moved whole {number}") for number in (1, 2)),
    ]
    assert joined([double, *others, first]) == [replace(first, doubles=("a",)), *others]
