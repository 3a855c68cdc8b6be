"""A call from a browser becomes a Celery task."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from df_websockets import tasks, ws_settings
from df_websockets.decorators import REGISTERED_SIGNALS, server_side
from df_websockets.window_info import WindowInfo

from client.live import counters
from client.live.calls import Call, CallRefusedError
from client.live.threads import reading

# What Celery shows of the arguments in its events: else it would spell them out, a tenth of what a call costs.
SHOWN: Final = {"argsrepr": "(…)", "kwargsrepr": "{}"}
CALL_SECONDS: Final = 10  # as long as a page waits for an answer; a worker drops a call that waited longer


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """A window, as df_websockets' middlewares read it from a task's arguments."""

    window_key: str
    user_pk: str
    user_agent: str
    language_code: str


def check_callable(signal: str) -> None:
    """Raise CallRefusedError for a signal that does not exist or that no browser may call."""
    connections = _connections(signal)
    if not connections:
        raise CallRefusedError("unknown")
    if all(connection.is_allowed_to is server_side for connection in connections):
        raise CallRefusedError("not_allowed")


def hand_over(caller: Caller, call: Call) -> None:
    """Make a task of a call, if its user, as he is now, may call it; else raise CallRefusedError.

    The worker asks once more. It raises kombu's OperationalError when the broker does not answer.
    """
    allowed, window_info = reading(lambda: _allowed(caller, call))
    if not allowed:
        raise CallRefusedError("not_allowed")
    # The public `trigger` would call it from the server, past `is_allowed_to`.
    for queue in {connection.get_queue(window_info, call.opts) for connection in allowed}:
        arguments = [call.signal, window_info.to_dict(), call.opts, True, [], True, queue]
        tasks.call_task(ws_settings.WEBSOCKET_WORKERS, queue, arguments, {"expires": CALL_SECONDS, **SHOWN})
    counters.calls_handed_over.inc()


def _allowed(caller: Caller, call: Call) -> tuple[list[Any], Any]:
    window_info = WindowInfo.from_dict(asdict(caller))
    return [
        each for each in _connections(call.signal) if each.is_allowed_to(each, window_info, dict(call.opts))
    ], window_info


def _connections(signal: str) -> list[Any]:
    tasks.import_signals_and_functions()
    return list(REGISTERED_SIGNALS.get(signal, []))
