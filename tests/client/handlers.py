"""A client's own handlers of signals, there for the length of a block."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from df_websockets.decorators import REGISTERED_SIGNALS, signal
from df_websockets.tasks import import_signals_and_functions


@contextmanager
def handler(path: str, queue: str = "slow") -> Iterator[list[dict[str, Any]]]:
    """Register a handler of a signal; give the list of the arguments that it is called with."""
    import_signals_and_functions()
    calls: list[dict[str, Any]] = []

    @signal(path=path, queue=queue)  # type: ignore[untyped-decorator]
    def handle(window_info: Any, **kwargs: Any) -> None:
        calls.append(kwargs)

    try:
        yield calls
    finally:
        REGISTERED_SIGNALS[path].pop()
        if not REGISTERED_SIGNALS[path]:
            del REGISTERED_SIGNALS[path]
