"""Which hashtags a text has: of any script, case folded, several in one text."""

import unicodedata
from itertools import takewhile
from typing import Final

LONGEST: Final = 256  # characters, as of a post
JOINERS: Final = "_\u200c\u200d"  # words of some scripts are joined, or kept apart, by the last two
GLUED: Final = "&/"  # before a `#` they make it a part of something else, such as an address


def hashtags(body: str) -> frozenset[str]:
    """Return the hashtags of a text, without `#` and folded.

    One begins at a `#` that no letter, digit, `&` or `/` stands before, and goes on while letters, digits, marks and
    `_` follow; it has a letter or a digit at least.
    """
    found, before = set(), ""
    for index, piece in enumerate(fold(body).split("#")):
        if index and not (before and (before in GLUED or _belongs(before))) and (tag := _leading(piece)):
            found.add(tag)
        before = piece[-1:]
    return frozenset(found)


def hashtag(text: str) -> str | None:
    """Return the one hashtag, folded, that a text consists of, with or without `#`; None if it is none."""
    tag = fold(text).removeprefix("#")
    return tag if tag and _leading(tag) == tag else None


def fold(text: str) -> str:
    """Return a text as it is compared: without differences of case, of width, or of how accents are written."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _leading(piece: str) -> str:
    tag = "".join(takewhile(_belongs, piece))
    return tag if any(map(str.isalnum, tag)) else ""


def _belongs(character: str) -> bool:
    return character.isalnum() or character in JOINERS or unicodedata.category(character).startswith("M")
