"""From changed users to `users.changed` on the topics of those concerned."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from client.live.push import Push, push_rendered
from client.live.topics import DIRECTORY, DIRECTORY_WITH_EMAIL, user_topic
from client.users import rows
from client.users.models import User


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A user who was changed or deleted, in a transaction that is committed."""

    key: str
    changed: tuple[str, ...]  # names of fields; more than really changed does no harm
    version: int = 0  # of the change; a row that is there says its own


def push_touched(touched: Sequence[Touched]) -> None:
    """Push `users.changed` to each user's topic and to the directory's, as far as anybody listens."""
    topics = [*(user_topic(each.key) for each in touched), DIRECTORY, DIRECTORY_WITH_EMAIL]
    if touched:
        push_rendered(topics, partial(_render, touched))


def _render(touched: Sequence[Touched], heard: frozenset[str]) -> Iterator[Push]:
    directories = heard & {DIRECTORY, DIRECTORY_WITH_EMAIL}
    concerned = touched if directories else [each for each in touched if user_topic(each.key) in heard]
    users = rows.by_key(each.key for each in concerned)
    for each in concerned:
        if (topic := user_topic(each.key)) in heard:
            yield _changed(topic, [each], users, with_email=True)
    for topic in sorted(directories):
        yield _changed(topic, concerned, users, with_email=topic == DIRECTORY_WITH_EMAIL)


def _changed(topic: str, touched: Sequence[Touched], users: Mapping[str, User], *, with_email: bool) -> Push:
    changes = [change(each, users.get(each.key), with_email=with_email) for each in touched]
    return Push(topic=topic, signal="users.changed", data={"changes": changes})


def change(touched: Touched, user: User | None, *, with_email: bool) -> dict[str, Any]:
    """Return one entry of `users.changed`; a user who is not there now is deleted, whatever the change was."""
    if user is None:
        return {"op": "delete", "uid": touched.key, "version": touched.version, "user": None, "changed": []}
    changed = [name for name in touched.changed if with_email or name != "email"]
    return {"op": "upsert", **rows.state_row(user, with_email=with_email), "changed": changed}
