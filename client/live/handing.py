"""Calls from browsers become Celery tasks: those that come while others are handed over go together, as one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from df_websockets import tasks
from df_websockets.decorators import REGISTERED_SIGNALS, server_side
from df_websockets.window_info import WindowInfo

from client.live import counters
from client.live.calls import Call, CallRefusedError
from client.live.current_user import KNOWN, user_now
from client.live.tasks import call_signals
from client.live.threads import calling, reading

# What Celery shows of the arguments in its events: else it would spell them out, a tenth of what a call costs.
SHOWN: Final[dict[str, Any]] = {"argsrepr": "(…)", "kwargsrepr": "{}"}
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """A call to be handed over. `known` is its user as he was a moment ago, if he was read then."""

    caller: Caller
    call: Call
    known: Any = None


async def hand_over(batch: Sequence[Handed]) -> list[Any]:
    """Make tasks of calls, in a thread; return of each its user, or the CallRefusedError of who may not call it.

    The worker asks once more who may. Kombu's OperationalError is raised when the broker does not answer.
    """
    return await calling.run(lambda: hand_over_now(batch))


def hand_over_now(batch: Sequence[Handed]) -> list[Any]:
    """Make tasks of calls, one for all that go to a queue, in this thread."""
    outcomes: list[Any] = []
    by_queue: defaultdict[str, list[list[Any]]] = defaultdict(list)
    for handed in batch:
        try:
            user, allowed, window_info = _admitted(handed)
        except CallRefusedError as reason:
            outcomes.append(reason)
            continue
        outcomes.append(user)
        # The public `trigger` would call it from the server, past `is_allowed_to`.
        for queue in {connection.get_queue(window_info, handed.call.opts) for connection in allowed}:
            call = [handed.call.signal, window_info.to_dict(), handed.call.opts, True, [], True, queue]
            by_queue[queue].append(call)
        counters.calls_handed_over.inc()
    for queue, calls in by_queue.items():
        call_signals.apply_async((calls,), queue=queue, expires=CALL_SECONDS, add_to_parent=False, **SHOWN)
    return outcomes


def _admitted(handed: Handed) -> tuple[Any, list[Any], Any]:
    """Return the user of a call, the handlers that he may call, and his window; read him if he was not known to."""
    user = handed.known
    if user is not None and (found := _allowed(handed, user))[0]:
        return user, *found
    user = reading(lambda: user_now(handed.caller.user_pk))
    if user is not None and (found := reading(lambda: _allowed(handed, user)))[0]:
        return user, *found
    raise CallRefusedError("not_allowed")


def _allowed(handed: Handed, user: Any) -> tuple[list[Any], Any]:
    window_info = WindowInfo.from_dict({**asdict(handed.caller), KNOWN: user})
    call = handed.call
    connections = _connections(call.signal)
    return [each for each in connections if each.is_allowed_to(each, window_info, dict(call.opts))], window_info


def _connections(signal: str) -> list[Any]:
    tasks.import_signals_and_functions()
    return list(REGISTERED_SIGNALS.get(signal, []))
