"""A call's form, encoded quickly.

boto3 quotes the body of a call to SNS character by character in Python, and does it twice, once to sign it: that took
more time than all else that a publisher does. The result here is the same, byte for byte.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

_UNQUOTED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~")
# The first two first: they stand in what replaces the others.
_QUOTED = {character: quote_plus(character) for character in "%+" + "".join(map(chr, range(128)))}
_REPLACED = [pair for pair in _QUOTED.items() if pair[0] not in _UNQUOTED]


def encode_form(params: dict[str, Any], **kwargs: Any) -> None:
    """Replace the form of a request by its encoded text; to be registered for botocore's event `before-call`."""
    if isinstance(params["body"], Mapping):
        params["body"] = "&".join(f"{_quoted(name)}={_quoted(str(text))}" for name, text in params["body"].items())


def _quoted(text: str) -> str:
    if not text.isascii():
        return quote_plus(text)
    for character, quoted in _REPLACED:
        text = text.replace(character, quoted)
    return text
