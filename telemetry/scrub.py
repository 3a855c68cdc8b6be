"""Take out of a line what nobody may read there: secrets, addresses of people, values that a database complains of."""

import json
import re
from collections.abc import Iterable
from typing import Final

_HIDDEN: Final = "[hidden]"
_TEXT: Final = r'(?:[^"\\]|\\.)'  # a character of a JSON text, escaped or not

# What stands before an address may be escaped, such as the end of a line, and stays whole. The bounds keep long words
# from taking long.
_LETTER: Final = r"(?:[\w%+-]|\\u[0-9a-f]{4})"
_ESCAPED: Final = r"(?<!\\)((?:\\[^u]){0,16})"
_EMAIL: Final = re.compile(rf"{_ESCAPED}(?:{_LETTER}|\.){{1,64}}@{_LETTER}+(?:\.{_LETTER}+)+")
# What opens something, where it is named: in a query, a header, a setting, the user's part of an address.
_NAMED: Final = re.compile(
    r"""((?:sesame|token|password|passwd|secret|session(?:id|_key)?|csrf\w*|api_?key|key)(?:=|%3D)|bearer\s+)
    [^\s&"'\\,;)]+""",
    re.IGNORECASE | re.VERBOSE,
)
# The same in what Python writes of a mapping, or JSON within a text.
_MAPPED: Final = re.compile(
    r"""((?:sesame|token|password|passwd|secret|session(?:id|_key)?|csrf\w*|api_?key)(?:'|\\")\s*:\s*(?:'|\\"))[^"'\\]+""",
    re.IGNORECASE,
)
_IN_ADDRESS: Final = re.compile(r"(?<=://)[^\s/@\"\\]+@")
# PostgreSQL names the values of a row that it refuses, `Key (username)=(ada) already exists`, and the statement around
# an error, into which Django has written them. They may be of many lines, and end with the text, with the next heading
# or where Python goes on with another exception.
_HEADINGS: Final = (
    r"DETAIL|LINE\ \d+|CONTEXT:\ \ (?:JSON\ data|COPY|unnamed\ portal|portal)[^:\"\\]*"
    r"|invalid\ input\ (?:syntax|value)\ for\ [\w\ ]+|out\ of\ range"
)
_ENDS: Final = r"\\n(?:DETAIL|HINT|CONTEXT|QUERY|LINE\ \d+):|\\n\s*\^|\\n\\n(?:The\ above|During\ handling)|\""
_VALUES: Final = re.compile(rf"({_HEADINGS}):{_TEXT}*?(?={_ENDS})")
_OF_VALUES: Final = ("DETAIL:", "LINE ", "CONTEXT:", "invalid input ", "out of range:")


class Scrubber:
    """Hides what it is told, and what looks as if it were to be hidden. It works on lines of JSON."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # the longest first: one secret may begin as another does
        self._secrets = sorted({json.dumps(secret)[1:-1] for secret in secrets if secret}, key=len, reverse=True)

    def __call__(self, line: str) -> str:
        """Return the line without them. Most have nothing to look at, and each line is paid for."""
        for secret in self._secrets:
            line = line.replace(secret, _HIDDEN)
        if any(word in line for word in _OF_VALUES):
            line = _VALUES.sub(rf"\1: {_HIDDEN}", line)
        if line.count("@") > line.startswith('{"@timestamp"'):
            line = _EMAIL.sub(rf"\1{_HIDDEN}", _IN_ADDRESS.sub(f"{_HIDDEN}@", line))
        if "=" in line or "%3" in line or "earer" in line.lower():
            line = _NAMED.sub(rf"\1{_HIDDEN}", line)
        if "': '" in line or '\\":' in line:
            line = _MAPPED.sub(rf"\1{_HIDDEN}", line)
        return line
