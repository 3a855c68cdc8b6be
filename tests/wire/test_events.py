"""Messages conform to CloudEvents 1.0, judged by the project's own Python package."""

import json

from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from tests.wire.sample import TIME, made_event
from wire.encoding import encode_event
from wire.events import Change, event_of


def test_the_reference_implementation_reads_an_event() -> None:
    read = JSONFormat().read(CloudEvent, encode_event(made_event(username="ada")))
    assert read.get_id() == "users/0b9c/1042"
    assert read.get_source() == "/reactive-tables/master"
    assert read.get_type() == "users.changed"
    assert read.get_subject() == "0b9c"
    assert read.get_time() == TIME
    assert read.get_datacontenttype() == "application/json"
    assert read.get_extension("traceparent") == "00-ab-cd-01"
    assert read.get_data() == {
        "table": "users",
        "key": "0b9c",
        "version": 1042,
        "op": "upsert",
        "row": {"username": "ada"},
    }


def test_a_delete_has_no_row() -> None:
    change = Change(table="users", key="0b9c", version=7, op="delete")
    sent = json.loads(encode_event(event_of(change, source="/m", time=TIME, traceparent="00-ab-cd-01")))
    assert sent["data"] == {"table": "users", "key": "0b9c", "version": 7, "op": "delete"}
