"""The signal that the page `/replication/` calls."""

from typing import TYPE_CHECKING, Any

from df_websockets.decorators import signal

from client.live.arguments import Number
from client.live.permissions import staff
from client.live.push import answer
from client.overview.state import replication_state

if TYPE_CHECKING:  # at run time df_websockets calls the annotation to check what a browser sent
    Ask = int
else:
    Ask = Number(0, 2**53)


@signal(path="replication.snapshot", is_allowed_to=staff)  # type: ignore[untyped-decorator]
def snapshot(window_info: Any, ask: Ask) -> None:
    """Answer the state to the window that asks; `ask` numbers the question and comes back."""
    answer(window_info, "replication.snapshot", ask=ask, **replication_state())
