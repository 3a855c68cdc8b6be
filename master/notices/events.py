"""What travels on the Redis channel `events`: one JSON object for one action of an admin.

| field | what it is |
|---|---|
| `id` | primary key of the log entry; of the first, if the action concerned several objects |
| `user` | who did it: his name |
| `action` | `add`, `change` or `delete` |
| `content_type_id` | of the model; it decides who is told |
| `model` | what the model is called |
| `object_id` | primary key of the object, as text; null if there are several |
| `object` | what the object is called; of several the first ones |
| `count` | how many objects |
| `message` | what was changed, in words; may be empty |
| `timestamp` | when, in ISO 8601 |
| `link` | path of the object's page in the admin, or null if it is gone, is one of several, or has no page |

Servers send the same object to browsers, without `link` to those who may not change the object.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.conf import settings
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.text import Truncator

Event = dict[str, str | int | None]

ACTIONS = {ADDITION: "add", CHANGE: "change", DELETION: "delete"}
NAMED = 5  # objects of one action that are called by name
LETTERS = 150  # of each text, of four bytes each at the most: an event stays below 4 KiB
LINK_LETTERS = 500


def channel() -> str:
    """Return the name of the Redis channel, which a second master on one Redis must not share."""
    return "events" if settings.APP_NAME == "master" else f"{settings.APP_NAME}:events"


def events_of(entries: Iterable[LogEntry]) -> list[Event]:
    """Return an event for each action that these log entries, of one statement, tell of.

    An entry whose model is unknown is left out: nobody could be allowed to see it.
    """
    known = sorted((entry for entry in entries if entry.content_type_id and entry.action_flag in ACTIONS), key=_action)
    return [_event(list(group)) for _, group in groupby(known, key=_action)]


def encode(event: Event) -> str:
    """Return an event as it travels."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def _action(entry: LogEntry) -> tuple[int, int, int]:
    return entry.user_id, entry.content_type_id or 0, entry.action_flag


def _event(entries: Sequence[LogEntry]) -> Event:
    first, alone = entries[0], len(entries) == 1
    gone = first.action_flag == DELETION
    content_type = ContentType.objects.get_for_id(first.content_type_id or 0)  # remembered by Django
    first.content_type = content_type
    return {
        "id": first.pk,
        "user": _short(first.user.get_username()),
        "action": ACTIONS[first.action_flag],
        "content_type_id": first.content_type_id,
        "model": _short(content_type.name),
        "object_id": _short("" if first.object_id is None else first.object_id) if alone else None,
        "object": _short(", ".join(entry.object_repr for entry in entries[:NAMED])),
        "count": len(entries),
        "message": _short(first.get_change_message()),
        "timestamp": first.action_time.isoformat(),
        "link": _link(first) if alone and not gone else None,
    }


def _link(entry: LogEntry) -> str | None:
    link = entry.get_admin_url()
    return link if link and len(link) <= LINK_LETTERS else None


def _short(value: object) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in str(value)[: 2 * LETTERS])
    return Truncator(printable).chars(LETTERS)
