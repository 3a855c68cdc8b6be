"""What travels, described for others: JSON Schema, AsyncAPI 3, and a page to read. All made from the types here."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from wire.encoding import MESSAGE_BYTES, MESSAGE_EVENTS
from wire.events import Change, Event
from wire.snapshot import BucketDigest, End, RowDigest

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
BATCH = "application/cloudevents-batch+json"
WORDS: Mapping[str, Mapping[str, str]] = {
    "Event": {
        "specversion": "of CloudEvents",
        "id": "`<table>/<key>/<version>`: the same change has the same one, however often it comes",
        "source": "who says it: `/reactive-tables/<APP_NAME of master>`",
        "type": "`<table>.changed`",
        "subject": "the key once more",
        "time": "when the change was made on master, RFC 3339, in UTC",
        "datacontenttype": "of `data`",
        "traceparent": "W3C trace context of the task that published it",
        "data": "the change",
    },
    "Change": {
        "table": "which kind of object",
        "key": "which object: a unique column that never changes, as text",
        "version": "of two versions of one key the larger is newer; gaps mean nothing",
        "op": "`upsert`: the object looks like `row`; `delete`: it is gone",
        "row": "the replicated fields by name; absent for `delete`. A field that is missing stays as it is",
    },
    "End": {
        "count": "lines before this one",
        "next": "the key after which the next page begins; null: there is none",
    },
    "BucketDigest": {
        "bucket": "0 to 1,023",
        "count": "rows in it",
        "digest": "16 hexadecimal digits",
    },
    "RowDigest": {
        "key": "which row",
        "version": "null: the row has no version yet",
        "digest": "16 hexadecimal digits",
    },
}
# What types alone do not say; `wire.decoding` holds it.
ROW_OF_AN_UPSERT: Schema = {"if": {"properties": {"op": {"const": "upsert"}}}, "then": {"required": ["row"]}}


def definitions(*kinds: type[msgspec.Struct]) -> Schema:
    """Return the JSON Schema of each type under its name, every field in words."""
    _, found = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    for name, schema in found.items():
        for field, words in WORDS[name].items():
            schema["properties"][field]["description"] = words
    if "Change" in found:
        found["Change"]["properties"]["row"]["type"] = "object"
        found["Change"].update(ROW_OF_AN_UPSERT)
    return found


def batch_schema() -> Schema:
    """Return the schema of a message's body. It takes what a client takes, and refuses what a client refuses."""
    return {
        "$schema": DRAFT,
        "title": "What one message says: changes of one table",
        "type": "array",
        "items": {"$ref": "#/$defs/Event"},
        "$defs": definitions(Event),
    }


def snapshot_schema() -> Schema:
    """Return the schema of one line of the pull API."""
    found = definitions(Change, BucketDigest, RowDigest, End)
    return {
        "$schema": DRAFT,
        "title": "One line that the pull API answers",
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in sorted(found)],
        "$defs": found,
    }


def asyncapi() -> Schema:
    """Return the AsyncAPI 3 document: master sends to a topic, each client receives from a queue of its own."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Reactive Tables",
            "version": "1.0.0",
            "description": "State, not events: object `key`, at `version`, looks like this, or is gone.",
        },
        "defaultContentType": BATCH,
        "channels": {
            "topic": {
                "address": "{topic}",
                "title": "SNS topic",
                "parameters": {"topic": {"description": "SNS_REACTIVE_TABLE_ARN of master"}},
                "messages": {"changes": {"$ref": "#/components/messages/changes"}},
            },
            "queue": {
                "address": "{queue}",
                "title": "SQS queue of one client, subscribed to the topic with raw delivery",
                "parameters": {"queue": {"description": "SQS_REACTIVE_TABLES of the client"}},
                "messages": {"changes": {"$ref": "#/components/messages/changes"}},
            },
        },
        "operations": {
            "publish": _operation("send", "topic", "master publishes what changed"),
            "apply": _operation("receive", "queue", "a client applies what is newer than what it has"),
        },
        "components": {
            "messages": {"changes": _message()},
            "schemas": _moved(definitions(Event), "#/components/schemas/"),
        },
    }


def _operation(action: str, channel: str, summary: str) -> Schema:
    messages = [{"$ref": f"#/channels/{channel}/messages/changes"}]
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary, "messages": messages}


def _message() -> Schema:
    return {
        "name": "changes",
        "title": "Changes of one table",
        "summary": f"At most {MESSAGE_EVENTS} events and {MESSAGE_BYTES:,} bytes, unless one event is larger; ASCII.",
        "contentType": BATCH,
        "headers": {
            "type": "object",
            "description": "message attributes of SNS",
            "properties": {
                "table": {"type": "string", "description": "the table of all events in the body"},
                "count": {"type": "integer", "minimum": 1, "description": "events in the body"},
            },
            "required": ["table", "count"],
        },
        "payload": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}},
    }


def _moved(schema: Schema, place: str) -> Schema:
    return dict(json.loads(json.dumps(schema).replace("#/$defs/", place)))
