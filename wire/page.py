"""The page that tells people what travels, made from the schemas."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from wire.describing import Schema, batch_schema, snapshot_schema
from wire.events import Change, Event, event_of

HEAD = """# The wire

Made by `python -m wire` from [wire/](../wire); a test fails where they differ. For programs: the body of a message as
[JSON Schema](wire/changes.schema.json), a line of the pull API [likewise](wire/snapshot.schema.json), all of it as
[AsyncAPI 3](wire/asyncapi.json).

The body of a message is a JSON array of CloudEvents 1.0, all of one table, in ASCII. Master publishes it to the SNS
topic; each client has it from an SQS queue of its own, with raw delivery. The message attributes `table` and `count`
say what is inside. Messages come at least once, in any order: of two versions of one key the larger wins. A client
ignores attributes and fields that it does not know.
"""
TITLES = {
    "Event": "An event",
    "Change": "Its `data`, and a line of the pull API",
    "End": "The last line of every answer of the pull API",
    "BucketDigest": "A line of `digests/`",
    "RowDigest": "A line of `digests/rows`",
}


def page() -> str:
    """Return the page in Markdown."""
    found = batch_schema()["$defs"] | snapshot_schema()["$defs"]
    return "\n".join([HEAD, _example(), *(line for name in TITLES for line in _section(name, found[name]))])


def sample() -> Event:
    """Return the event that the page shows."""
    row = {
        "username": "ada",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "ada@example.org",
        "is_active": True,
    }
    change = Change(
        table="users",
        key="0b9c2b6e-2f0e-4b63-9f2f-3a1f6f0f7f11",
        version=1042,
        op="upsert",
        row=msgspec.Raw(msgspec.json.encode(row)),
    )
    return event_of(
        change,
        source="/reactive-tables/master",
        time=datetime(2026, 11, 21, 7, 50, 0, 123000, tzinfo=UTC),
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )


def _example() -> str:
    return f"```json\n{json.dumps(json.loads(msgspec.json.encode([sample()])), indent=1)}\n```\n"


def _section(name: str, schema: Schema) -> Iterator[str]:
    yield f"## {TITLES[name]}\n"
    yield "| field | type | needed | what it says |"
    yield "|---|---|---|---|"
    for field, each in schema["properties"].items():
        needed = "yes" if field in schema["required"] else ""
        yield f"| `{field}` | {_kind(each)} | {needed} | {each['description']} |"
    yield ""


def _kind(schema: Schema) -> str:
    if "$ref" in schema:
        return "[below](#its-data-and-a-line-of-the-pull-api)"
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(f"`{each}`" for each in schema["enum"])
    kind: str = schema["format"] if "format" in schema else schema["type"]
    return kind + _limits(schema)


def _limits(schema: Schema) -> str:
    if "maxLength" in schema:
        return f", {schema['minLength']} to {schema['maxLength']:,} characters"
    if "maximum" in schema:
        return f", {schema['minimum']} to {schema['maximum']:,}"
    return f", {schema['minimum']} or more" if "minimum" in schema else ""
