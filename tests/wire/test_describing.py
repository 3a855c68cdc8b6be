"""The descriptions in docs/ are those of the types, and take and refuse what a client takes and refuses."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from tests import tools
from tests.wire.sample import made_event
from tests.wire.test_recorded import RECORDED, TABLES
from wire.__main__ import ROOT, files
from wire.decoding import Refused, decode
from wire.describing import WORDS, asyncapi, batch_schema, definitions, snapshot_schema
from wire.events import Change, Event
from wire.page import sample
from wire.snapshot import BucketDigest, End, RowDigest, encode_line

EVENT: dict[str, Any] = json.loads(msgspec.json.encode(made_event(username="ada")))
batches, lines = Draft202012Validator(batch_schema()), Draft202012Validator(snapshot_schema())


@pytest.mark.parametrize("path", files())
def test_what_is_written_is_what_the_types_say(path: str) -> None:
    assert (ROOT / path).read_text() == files()[path], "run `python -m wire`"


def test_nothing_else_is_written() -> None:
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "docs/wire").iterdir()}
    assert there == set(files()) - {"docs/wire.md"}


def test_every_field_is_told_in_words_and_no_other() -> None:
    kinds = (Event, Change, End, BucketDigest, RowDigest)
    assert {name: set(words) for name, words in WORDS.items()} == {
        kind.__name__: set(kind.__struct_fields__) for kind in kinds
    }
    assert set(definitions(*kinds)) == set(WORDS)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_messages_fit_the_schema(path: Path) -> None:
    body = json.loads(json.loads(path.read_text())["body"])
    assert [error.message for error in batches.iter_errors(body)] == []


def altered(**changes: Any) -> dict[str, Any]:
    """Return an event with other attributes; `None` takes one away, `data` is altered field by field."""
    data = {**EVENT["data"], **changes.pop("data", {})}
    event = {**EVENT, "data": data, **changes}
    return {name: value for name, value in event.items() if value is not None} | {
        "data": {name: value for name, value in data.items() if value is not None}
    }


@pytest.mark.parametrize(
    "event",
    [
        EVENT,
        altered(specversion="2.0"),
        altered(id=None),
        altered(source=""),
        altered(subject="0b9c" * 300),
        altered(time=None),
        altered(datacontenttype="text/plain"),
        altered(traceparent=None, extension={"of": "somebody"}),
        altered(data={"version": 0}),
        altered(data={"version": 2**63}),
        altered(data={"version": "1"}),
        altered(data={"op": "insert"}),
        altered(data={"row": None}),
        altered(data={"row": [1]}),
        altered(data={"op": "delete", "row": None}),
        altered(data={"more": "of a newer master"}),
    ],
    ids=repr,
)
def test_the_schema_takes_what_a_client_takes(event: dict[str, Any]) -> None:
    (outcome,) = decode(json.dumps([event]), TABLES)
    assert batches.is_valid([event]) == (not isinstance(outcome, Refused))


@pytest.mark.parametrize(
    "line",
    [
        EVENT["data"],
        json.loads(encode_line(End(count=3, next="0b9c"))),
        json.loads(encode_line(End(count=0))),
        json.loads(encode_line(BucketDigest(bucket=7, count=3, digest="0" * 16))),
        json.loads(encode_line(RowDigest(key="0b9c", version=None, digest="0" * 16))),
    ],
)
def test_lines_of_the_pull_api_fit_their_schema(line: Any) -> None:
    assert [error.message for error in lines.iter_errors(line)] == []
    assert not lines.is_valid({"nothing": "known"})


def test_it_is_a_document_of_asyncapi_3() -> None:
    specification = json.loads(tools.asyncapi().read_text())
    assert [error.message for error in Draft7Validator(specification).iter_errors(asyncapi())] == []
    assert not Draft7Validator(specification).is_valid({**asyncapi(), "channels": 1})


def test_the_event_that_the_page_shows_can_be_read() -> None:
    (outcome,) = decode(f"[{msgspec.json.encode(sample()).decode()}]", TABLES)
    assert not isinstance(outcome, Refused)
    assert outcome.row["username"] == "ada"
