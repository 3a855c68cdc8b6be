"""An event to alter."""

from datetime import UTC, datetime

import msgspec

from wire.events import Change, Event, event_of

TIME = datetime(2026, 11, 21, 7, 50, 0, 123000, tzinfo=UTC)


def made_event(**row: object) -> Event:
    change = Change(
        table="users", key="0b9c", version=1042, op="upsert", row=msgspec.Raw(msgspec.json.encode(row or {"a": 1}))
    )
    return event_of(change, source="/reactive-tables/master", time=TIME, traceparent="00-ab-cd-01")
