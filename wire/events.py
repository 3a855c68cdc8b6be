"""One change of one object, as a CloudEvents 1.0 event (https://github.com/cloudevents/spec, JSON batch format)."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]
Version = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Object `key` of `table`, at `version`, looks like `row`, or is gone."""

    table: Text
    key: Text  # any unique column that never changes, as text
    version: Version  # larger is newer, for one key; gaps mean nothing
    op: Literal["upsert", "delete"]
    row: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET  # JSON object; absent for `delete`


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The envelope. Extension attributes that it does not name are ignored."""

    specversion: Literal["1.0"]
    id: Text
    source: Text
    type: Text
    subject: Text
    time: Annotated[datetime, msgspec.Meta(tz=True)]  # when the change was made on master (RFC 3339: with a zone)
    datacontenttype: Literal["application/json"] | msgspec.UnsetType = msgspec.UNSET
    traceparent: Text | msgspec.UnsetType = msgspec.UNSET  # W3C trace context of who made the change, or of `publish`
    data: Change


def event_of(change: Change, *, source: str, time: datetime, traceparent: str) -> Event:
    """Wrap a change in its envelope."""
    return Event(
        specversion="1.0",
        id=f"{change.table}/{change.key}/{change.version}",
        source=source,
        type=f"{change.table}.changed",
        subject=change.key,
        time=time,
        datacontenttype="application/json",
        traceparent=traceparent,
        data=change,
    )
