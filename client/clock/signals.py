"""The signal that the page `/clock/` calls."""

from typing import Any

from df_websockets.decorators import signal

from client.clock.state import clock_state
from client.live.arguments import Ask
from client.live.permissions import signed_in
from client.live.push import answer


@signal(path="clock.now", is_allowed_to=signed_in)  # type: ignore[untyped-decorator]
def tell_now(window_info: Any, ask: Ask) -> None:
    """Answer the last tick to the window that asks; `ask` numbers the question and comes back."""
    answer(window_info, "clock.now", ask=ask, **clock_state())
