"""What is understood, what is refused and why, and that one bad event hides no good one."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.sample import made_event
from wire.decoding import EVENT_BYTES, Received, Refused, decode, traces_in
from wire.encoding import encode_event
from wire.tables import Table

TABLES = {"users": Table("users", {"username": str, "is_active": bool, "age": int | None})}
GOOD = json.loads(encode_event(made_event(username="ada", is_active=True)))

Change = Callable[[dict[str, Any]], object]


def decoded(*events: object) -> list[Received | Refused]:
    return list(decode(json.dumps(events), TABLES))


def altered(change: Change) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(json.dumps(GOOD))
    change(event)
    return event


def test_a_good_event_is_received() -> None:
    (received,) = decoded(GOOD)
    assert isinstance(received, Received)
    assert (received.table, received.key, received.version, received.deleted) == ("users", "0b9c", 1042, False)
    assert received.row == {"username": "ada", "is_active": True}
    assert received.traceparent == "00-ab-cd-01"
    assert json.loads(received.body) == [GOOD]


BAD: dict[str, tuple[Change, str]] = {
    "no id": (lambda e: e.pop("id"), "id"),
    "no data": (lambda e: e.pop("data"), "data"),
    "another specversion": (lambda e: e.update(specversion="0.3"), "specversion"),
    "a time that is none": (lambda e: e.update(time="yesterday"), "time"),
    "a time without a zone": (lambda e: e.update(time="2026-11-21T07:50:00"), "time"),
    "another type": (lambda e: e.update(type="orders.changed"), "type"),
    "another subject": (lambda e: e.update(subject="5f0a"), "subject"),
    "another content type": (lambda e: e.update(datacontenttype="text/xml"), "datacontenttype"),
    "no row": (lambda e: e["data"].pop("row"), "row"),
    "unknown op": (lambda e: e["data"].update(op="replace"), "op"),
    "unknown table": (lambda e: (e.update(type="groups.changed"), e["data"].update(table="groups")), "table"),
    "version as text": (lambda e: e["data"].update(version="7"), "version"),
    "version zero": (lambda e: e["data"].update(version=0), "version"),
    "version beyond 63 bits": (lambda e: e["data"].update(version=2**63), "version"),
    "empty key": (lambda e: e["data"].update(key=""), "key"),
    "number for text": (lambda e: e["data"]["row"].update(username=5), "username"),
    "null for text": (lambda e: e["data"]["row"].update(username=None), "username"),
    "text for number": (lambda e: e["data"]["row"].update(age="old"), "age"),
    "row as array": (lambda e: e["data"].update(row=[1]), "row"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_event_is_refused_alone_and_its_field_named(case: str) -> None:
    change, field = BAD[case]
    first, refused, last = decoded(GOOD, altered(change), GOOD)
    assert isinstance(first, Received)
    assert isinstance(last, Received)
    assert isinstance(refused, Refused)
    assert field in refused.reason
    assert json.loads(refused.body) == [altered(change)]


def test_what_it_does_not_know_it_ignores() -> None:
    event = altered(lambda e: (e.update(sequence="1", more={"a": 1}), e["data"]["row"].update(shoe_size=44)))
    (received,) = decoded(event)
    assert isinstance(received, Received)
    assert received.row == {"username": "ada", "is_active": True}


def test_a_field_that_is_missing_in_the_row_is_missing_in_what_is_received() -> None:
    (received,) = decoded(altered(lambda e: e["data"]["row"].pop("username")))
    assert isinstance(received, Received)
    assert received.row == {"is_active": True}


def test_null_is_a_value_where_the_field_may_be_null() -> None:
    (received,) = decoded(altered(lambda e: e["data"]["row"].update(age=None)))
    assert isinstance(received, Received)
    assert received.row["age"] is None


@pytest.mark.parametrize("body", ["", "no", "{}", "5", "null", '"x"', "[" * 100_000, "[1", "\x00", "[" + "1" * 10])
def test_a_body_that_is_no_array_is_refused_whole(body: str) -> None:
    (refused,) = decode(body, TABLES)
    assert isinstance(refused, Refused)
    assert refused.body == body


def test_an_escape_that_is_no_character_spoils_its_own_event_only() -> None:
    bad = json.dumps(altered(lambda e: e["data"]["row"].update(username="\ud800")))
    refused, received = decode(f"[{bad},{json.dumps(GOOD)}]", TABLES)
    assert isinstance(refused, Refused)
    assert isinstance(received, Received)


def test_an_event_larger_than_any_honest_one_is_refused() -> None:
    refused, received = decoded(altered(lambda e: e["data"]["row"].update(username="x" * EVENT_BYTES)), GOOD)
    assert isinstance(refused, Refused)
    assert "bytes" in refused.reason
    assert isinstance(received, Received)


@given(st.text())
def test_no_body_raises(body: str) -> None:
    for outcome in decode(body, TABLES):
        assert isinstance(outcome, Received | Refused)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
    )
)
def test_no_event_raises(event: object) -> None:
    for outcome in decoded(event):
        assert isinstance(outcome, Received | Refused)


def test_the_traces_of_a_body_are_found_unread() -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    row = json.dumps({"note": f'"traceparent":"00-{"1" * 32}-'})
    events = (f'{{"traceparent":"00-{trace}-b7ad6b7169203331-01","data":{row}}}', '{"traceparent":"00-ab-cd-01"}')
    assert traces_in(f"[{','.join(events)}]") == [trace]
    assert traces_in("no JSON") == []
