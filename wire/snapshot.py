"""What the pull API answers: one JSON value a line, and a last line that says how many there were.

An answer without its last line was cut off on the way.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, TypeVar

import msgspec

from wire.decoding import Refused, State, state_of
from wire.events import Change, Text
from wire.tables import Table

Line = TypeVar("Line", bound=msgspec.Struct)

_encoder = msgspec.json.Encoder()


class End(msgspec.Struct, frozen=True, kw_only=True):
    """The last line of every answer."""

    count: Annotated[int, msgspec.Meta(ge=0)]  # lines before this one
    next: str | None = None  # the key after which the next page begins; None: there is none


class BucketDigest(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one bucket, summed up."""

    bucket: Annotated[int, msgspec.Meta(ge=0)]
    count: Annotated[int, msgspec.Meta(ge=0)]
    digest: str  # 16 hexadecimal digits


class RowDigest(msgspec.Struct, frozen=True, kw_only=True):
    """One row, summed up."""

    key: Text
    version: int | None = None  # None: the row has no version yet
    digest: str  # 16 hexadecimal digits


class CutOffError(Exception):
    """An answer ended too early, or is none."""


def encode_line(line: msgspec.Struct) -> bytes:
    """Return a line with its end."""
    return _encoder.encode(line) + b"\n"


class Answer:
    """The lines of an answer; `end` is there once all are read."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self.end: End | None = None

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines before the last one; raise CutOffError where that is missing."""
        held, count = b"", 0
        for line in self._lines:
            if held:
                yield held
                count += 1
            held = line
        try:
            end = _ends.decode(held)
        except msgspec.MsgspecError as error:
            raise CutOffError(f"no last line after {count} lines: {error}") from error
        if end.count != count:
            raise CutOffError(f"{count} lines came of {end.count}")
        self.end = end


def decode_states(lines: Iterable[bytes], table: Table) -> Iterator[State | Refused]:
    """Yield the state that each line of a page tells, or why it cannot be taken."""
    tables = {table.name: table}
    for line in lines:
        try:
            yield state_of(_changes.decode(line), tables)
        except (msgspec.MsgspecError, ValueError) as error:
            yield Refused(body=line.decode(errors="replace"), reason=str(error))


def decode_lines(lines: Iterable[bytes], kind: type[Line]) -> Iterator[Line]:
    """Yield each line as a value of this kind. Raises `msgspec.ValidationError` for one that is none."""
    decoder = msgspec.json.Decoder(kind)
    return map(decoder.decode, lines)


_ends = msgspec.json.Decoder(End)
_changes = msgspec.json.Decoder(Change)
