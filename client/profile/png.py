"""Write a picture of few shades as PNG: the header, a palette, and the rows."""

import struct
import zlib
from collections.abc import Sequence

from client.profile.julia import SHADES
from client.profile.models import Colour

INKS = {  # from a light shade to a dark one
    Colour.BLUE: ((232, 241, 255), (10, 44, 110)),
    Colour.GREEN: ((232, 250, 236), (9, 74, 36)),
    Colour.AMBER: ((255, 246, 224), (120, 66, 0)),
    Colour.VIOLET: ((245, 236, 255), (66, 22, 120)),
}
DEPTH, BY_PALETTE = 8, 3


def encode(rows: Sequence[bytes], colour: str) -> bytes:
    """Return rows of shades as a file in the inks of a colour."""
    size = struct.pack(">IIBBBBB", len(rows[0]), len(rows), DEPTH, BY_PALETTE, 0, 0, 0)
    unfiltered = b"".join(b"\0" + row for row in rows)
    parts = ((b"IHDR", size), (b"PLTE", palette(colour)), (b"IDAT", zlib.compress(unfiltered, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def palette(colour: str) -> bytes:
    """Return red, green and blue of each shade."""
    light, dark = INKS[Colour(colour)]
    return bytes(
        round(start + (end - start) * shade / (SHADES - 1))
        for shade in range(SHADES)
        for start, end in zip(light, dark, strict=True)
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
