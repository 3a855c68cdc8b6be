"""Calls from browsers become Celery tasks: those that come while others are handed over go together, as one."""

import logging
import time
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
from client.live.outage import OUTAGES
from client.live.tasks import call_signals
from client.live.threads import calling, reading

# What Celery shows of the arguments in its events: else it would spell them out, a tenth of what a call costs.
SHOWN: Final[dict[str, Any]] = {"argsrepr": "(…)", "kwargsrepr": "{}"}
CALL_SECONDS: Final = 10  # as long as a page waits for an answer; what waited longer is not carried out any more

logger = logging.getLogger(__name__)


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
    until: float  # the time by which it is to be carried out, in seconds since 1970
    known: Any = None


async def hand_over(batch: Sequence[Handed]) -> list[Any]:
    """Make tasks of calls, in a thread; return of each its user, or the exception that kept it from a worker.

    That is CallRefusedError for what may not be called, kombu's OperationalError or its like when the broker or the
    database does not answer. The worker asks once more who may.
    """
    return await calling.run(lambda: hand_over_now(batch))


def hand_over_now(batch: Sequence[Handed]) -> list[Any]:
    """Make tasks of calls, one for all that go to a queue, in this thread."""
    outcomes: list[Any] = []
    by_queue: defaultdict[str, list[tuple[int, list[Any]]]] = defaultdict(list)
    for index, handed in enumerate(batch):
        try:
            user, calls = _judged(handed)
        except (CallRefusedError, *OUTAGES) as error:
            outcomes.append(error)
            continue
        except Exception:  # a rule, or the choice of a queue, fails for this call only
            logger.exception("call not judged", extra={"signal": handed.call.signal})
            outcomes.append(CallRefusedError("malformed"))
            continue
        outcomes.append(user)
        for queue, call in calls.items():
            by_queue[queue].append((index, [handed.until, call]))
    for queue, numbered in by_queue.items():
        try:
            call_signals.apply_async(
                ([call for _, call in numbered],), queue=queue, expires=CALL_SECONDS, add_to_parent=False, **SHOWN
            )
        except Exception as error:
            for index, _ in numbered:
                outcomes[index] = error
    counters.calls_handed_over.inc(sum(not isinstance(outcome, Exception) for outcome in outcomes))
    return outcomes


def _judged(handed: Handed) -> tuple[Any, dict[str, list[Any]]]:
    """Return the user of a call, and what `process_task` takes for each queue of handlers that he may call."""
    if time.time() > handed.until:
        raise CallRefusedError("late")
    user, allowed, window_info = _admitted(handed)
    call = handed.call
    # The public `trigger` would call it from the server, past `is_allowed_to`.
    return user, {
        queue: [call.signal, window_info.to_dict(), call.opts, True, [], True, queue]
        for queue in {connection.get_queue(window_info, call.opts) for connection in allowed}
    }


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
