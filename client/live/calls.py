"""What a browser sends over its socket: read strictly, without acting on it."""

import json
from dataclasses import dataclass
from math import isinf
from typing import Any, Final, NoReturn

from django.conf import settings

MAX_CALL: int = settings.LIVE_FRAME_BYTES
MAX_DEPTH: Final = 32  # of lists and objects in each other; what Celery does with them goes by recursion


class CallRefusedError(ValueError):
    """A call from a browser that is ignored; the argument is the reason in one word, as it is counted."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """A signal that a browser asks for."""

    signal: str
    opts: dict[str, Any]


def read_call(text: str | None) -> Call:
    """Return the call that a text frame holds (None stands for a binary one); raise CallRefusedError.

    Only `signal` and `opts` are known: a browser may not ask for a delay or an expiry either.
    """
    match read_json(text):
        case {"signal": str(signal), "opts": dict(opts), **rest} if not rest:
            return Call(signal=signal, opts=opts)
        case {"countdown": _} | {"eta": _} | {"expires": _}:
            raise CallRefusedError("delayed")
        case _:
            raise CallRefusedError("malformed")


def read_json(text: str | None) -> Any:
    """Return what a text frame holds; raise CallRefusedError for what is too big, too deep or no JSON."""
    if text is not None and (len(text) > MAX_CALL or len(text.encode(errors="surrogatepass")) > MAX_CALL):
        raise CallRefusedError("oversize")
    try:
        value = json.loads(text or "", parse_constant=_refuse_constant, parse_float=_finite)
        # Half a surrogate pair is valid JSON and no valid text: no database and no other process takes it.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise CallRefusedError("malformed") from error
    if _depth(value) > MAX_DEPTH:
        raise CallRefusedError("malformed")
    return value


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level := [each for each in level if isinstance(each, dict | list)]:
        depth += 1
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)]
    return depth


def _finite(text: str) -> float:
    if isinf(number := float(text)):
        raise ValueError(text)
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and the infinities are Python's, not JSON's
