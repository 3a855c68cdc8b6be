"""What a picture is made of: pure functions, and a file that others can read."""

import struct
import zlib

import pytest

from client.profile.julia import SHADES, constant_of, rows
from client.profile.models import Colour
from client.profile.png import INKS, encode, palette


def test_a_name_has_always_the_same_picture_and_no_other_has_it() -> None:
    assert list(rows("ada", size=12)) == list(rows("ada", size=12))
    assert list(rows("ada", size=12)) != list(rows("bob", size=12))


@pytest.mark.parametrize("name", ["", "ada", "İ", "x" * 1000])
def test_every_picture_has_light_and_shade(name: str) -> None:
    picture = list(rows(name, size=24))
    shades = {shade for row in picture for shade in row}
    assert [len(row) for row in picture] == [24] * 24
    assert max(shades) < SHADES
    assert len(shades) > 6
    assert abs(constant_of(name)) < 0.8


@pytest.mark.parametrize("colour", Colour.values)
def test_it_is_a_png_in_the_inks_of_its_colour(colour: str) -> None:
    picture = list(rows("ada", size=8))
    file = encode(picture, colour)
    assert file[:8] == b"\x89PNG\r\n\x1a\n"
    chunks = dict(chunks_of(file[8:]))
    assert struct.unpack(">II", chunks[b"IHDR"][:8]) == (8, 8)
    assert zlib.decompress(chunks[b"IDAT"]) == b"".join(b"\0" + row for row in picture)
    light, dark = INKS[Colour(colour)]
    assert (tuple(palette(colour)[:3]), tuple(palette(colour)[-3:])) == (light, dark)
    assert len(chunks[b"PLTE"]) == 3 * SHADES


def chunks_of(rest: bytes) -> "list[tuple[bytes, bytes]]":
    """Return the parts of a PNG; each must have the right checksum."""
    found = []
    while rest:
        (length,) = struct.unpack(">I", rest[:4])
        name, data = rest[4:8], rest[8 : 8 + length]
        assert struct.unpack(">I", rest[8 + length : 12 + length]) == (zlib.crc32(name + data),)
        found.append((name, data))
        rest = rest[12 + length :]
    return found
