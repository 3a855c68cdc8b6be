"""Messages that no client can read or hold: each kind, and what the reason says of it."""

import json
import uuid
from typing import Any

from tests.e2e.queues import event


def changed(path: str, value: Any) -> str:
    """Return the body of a message with one event that is good but for one thing."""
    bad = event(username=f"zz-{uuid.uuid4()}", first_name="", last_name="", email="", is_active=True)
    *parents, name = path.split(".")
    place = bad
    for parent in parents:
        place = place[parent]
    place[name] = value
    return json.dumps([bad])


BAD = {
    "not JSON": ("this is not JSON", "not a JSON array of events"),
    "empty JSON": ("{}", "not a JSON array of events"),
    "not an event": ("[42]", "Expected `object`, got `int`"),
    "an unknown table": (changed("data.table", "ships"), "Unknown table 'ships' - at `$.data.table`"),
    "an unknown op": (changed("data.op", "merge"), "$.data.op"),
    "a field of a wrong type": (changed("data.row.is_active", "perhaps"), "$.data.row.is_active"),
    "no version": (changed("data.version", None), "$.data.version"),
    "a key that is none": (changed("data.key", "no-uuid"), "Not the key 'no-uuid' - at `$.subject`"),
    "what the database refuses": (changed("data.row.username", "x" * 200), "value too long"),
    "a megabyte": (changed("data.row.last_name", "x" * 1_000_000), "more than 262144"),
}
