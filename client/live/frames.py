"""What the server says to a window: frames that are made once, however many windows get them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Message = Mapping[str, Any]

SIGNED_OUT: Final = 4401
FORBIDDEN: Final = 4403
REFRESH: Final = 4408  # the page must be loaded again
TOO_BIG: Final = 4413
TOO_MANY: Final = 4429
TRY_AGAIN: Final = 1013


@dataclass(frozen=True, slots=True)
class Frame:
    """An ASGI message, and how much of a backlog it is."""

    message: Message
    size: int


def text_frame(text: str) -> Frame:
    """Return the frame of a text; df_websockets' are ASCII, so characters are bytes."""
    return Frame({"type": "websocket.send", "text": text}, len(text))


def signal_frame(signal: str, opts: Mapping[str, Any]) -> Frame:
    """Return the frame of a signal that the live layer itself sends: it has no `signal_id`."""
    return text_frame(json.dumps({"signal": signal, "opts": opts}))


def close_frame(code: int) -> Frame:
    """Return what closes a socket."""
    return Frame({"type": "websocket.close", "code": code}, 0)


RESET: Final = signal_frame("live.reset", {})
