"""What a notification says of a post, and what those who follow it are told."""

import json
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import msgspec

from client.feed.hashtags import hashtags
from client.feed.items import item
from client.live.frames import Frame, text_frame

EVERY: Final = "*"  # the topic of all posts


def hashtag_topic(tag: str) -> str:
    """Return the topic of the posts that have a hashtag; `tag` is folded."""
    return f"#{tag}"


def post_topic(pk: int) -> str:
    """Return the topic of one post."""
    return str(pk)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the table of posts."""

    id: int
    author_id: int
    body: str
    created_at: datetime

    @property
    def topics(self) -> frozenset[str]:
        """Every topic that the post belongs to."""
        return frozenset({EVERY, post_topic(self.id), *map(hashtag_topic, hashtags(self.body))})

    @property
    def item(self) -> dict[str, Any]:
        """The post as replies show it."""
        return item(pk=self.id, author=self.author_id, body=self.body, created_at=self.created_at)


class Change(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One row before and after a change; the one is None of a new post, the other of one that is deleted."""

    old: Row | None
    new: Row | None

    @cached_property
    def before(self) -> frozenset[str]:
        """The topics that the post belonged to."""
        return self.old.topics if self.old else frozenset()

    @cached_property
    def after(self) -> frozenset[str]:
        """The topics that it belongs to now."""
        return self.new.topics if self.new else frozenset()

    @property
    def parts(self) -> "tuple[Change, ...]":
        """The change; a key that changes, as only SQL can, is the end of one post and the beginning of another."""
        if self.old is None or self.new is None or self.old.id == self.new.id:
            return (self,)
        return Change(old=self.old, new=None), Change(old=None, new=self.new)

    def event(self, action: str) -> Frame:
        """Return what those are told to whom the change is a `create`, an `update` or a `delete`.

        It has the post as it is now, and as it was last when it is gone.
        """
        row = self.new or self.old
        assert row is not None, "a change without a row"  # noqa: S101 - no trigger fires so
        return text_frame(json.dumps({"action": action, "pk": row.id, "data": row.item}))


def read_change(payload: str) -> Change:
    """Return what a trigger wrote; raise msgspec.DecodeError for what none of this version did."""
    return _decoder.decode(payload)


_decoder = msgspec.json.Decoder(Change)
