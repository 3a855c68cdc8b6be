"""The signal that the page `/clock/` calls."""

from typing import TYPE_CHECKING, Any

from df_websockets.decorators import signal

from client.clock.state import clock_state
from client.live.arguments import Number
from client.live.permissions import signed_in
from client.live.push import answer

if TYPE_CHECKING:  # at run time df_websockets calls the annotation to check what a browser sent
    Ask = int
else:
    Ask = Number(0, 2**53)


@signal(path="clock.now", is_allowed_to=signed_in)  # type: ignore[untyped-decorator]
def tell_now(window_info: Any, ask: Ask) -> None:
    """Answer the last tick to the window that asks; `ask` numbers the question and comes back."""
    answer(window_info, "clock.now", ask=ask, **clock_state())
