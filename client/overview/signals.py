"""The signal that the page `/replication/` calls."""

from typing import Any

from df_websockets.decorators import signal

from client.live.arguments import Ask
from client.live.permissions import staff
from client.live.push import answer
from client.overview.state import replication_state


@signal(path="replication.snapshot", is_allowed_to=staff)  # type: ignore[untyped-decorator]
def snapshot(window_info: Any, ask: Ask) -> None:
    """Answer the state to the window that asks; `ask` numbers the question and comes back."""
    answer(window_info, "replication.snapshot", ask=ask, **replication_state())
