"""Events to message bodies, in the limits of SNS and SQS."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from wire.events import Event

MESSAGE_EVENTS = 100  # events in one message, at the most
MESSAGE_BYTES = 60_000  # of one message's body, unless a single event is larger

_encoder = msgspec.json.Encoder()
_NOT_ASCII = re.compile(r"[^\x00-\x7e]")


def encode_event(event: Event) -> str:
    """Return an event as ASCII JSON.

    SQS accepts XML's characters only (U+FFFF, for one, is refused), so everything beyond ASCII is escaped.
    """
    text = _encoder.encode(event).decode()
    return text if text.isascii() and "\x7f" not in text else _NOT_ASCII.sub(_escaped, text)


def pack(encoded: Sequence[str]) -> Iterator[list[int]]:
    """Yield the indexes of events that share a message: at most 100 events and 60 KB, in their order."""
    indexes: list[int] = []
    size = len("[]")
    for index, text in enumerate(encoded):
        if indexes and (len(indexes) == MESSAGE_EVENTS or size + len(text) + 1 > MESSAGE_BYTES):
            yield indexes
            indexes, size = [], len("[]")
        indexes.append(index)
        size += len(text) + len(",")
    if indexes:
        yield indexes


def body_of(encoded: Sequence[str]) -> str:
    """Join encoded events to one body in the JSON batch format."""
    return f"[{','.join(encoded)}]"


def _escaped(match: re.Match[str]) -> str:
    """Escape one character as JSON does: two surrogates beyond the basic plane (RFC 8259, section 7)."""
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
