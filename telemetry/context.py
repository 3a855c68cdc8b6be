"""What every line of the log says beside its fact: whose work it is part of.

A trace is 32 hexadecimal digits (W3C Trace Context). It begins with a request, or with the first task that a process
asks for, and goes with Celery's messages, with rows of the outbox and with events to every page that shows the change.
"""

import logging
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_TRACE = re.compile(r"[0-9a-f]{32}")
_NOWHERE = "0" * 32  # a trace id that the specification forbids

_traces: ContextVar[tuple[str, ...]] = ContextVar("traces", default=())
_routine: ContextVar[bool] = ContextVar("routine", default=False)
_fields: ContextVar[Mapping[str, Any]] = ContextVar("fields", default={})  # noqa: B039 - nobody writes into it


def new_trace() -> str:
    """Return the id of a new trace."""
    return secrets.token_hex(16)


def is_trace(text: object) -> bool:
    """Tell whether this is the id of a trace, and so may stand in the comment of a statement."""
    return isinstance(text, str) and _TRACE.fullmatch(text) is not None and text != _NOWHERE


def trace_of(traceparent: str) -> str:
    """Return the trace id of a `traceparent`; nothing of what is none."""
    match = _TRACEPARENT.fullmatch(traceparent)
    return match[1] if match and match[1] != _NOWHERE else ""


def traceparent(trace: str) -> str:
    """Return what says to others that their work is part of a trace."""
    return f"00-{trace}-{secrets.token_hex(8)}-01"


def traces() -> tuple[str, ...]:
    """Return the traces that this work is part of: none, one, or those of all changes of a batch."""
    return _traces.get()


def fields() -> dict[str, Any]:
    """Return the fields of every line. Several traces are no `trace.id`, which holds one: they are `traces`."""
    known = traces()
    told: dict[str, Any] = {"trace.id": known[0]} if len(known) == 1 else {"traces": list(known)} if known else {}
    return {**told, **_fields.get()}


def level() -> int:
    """Return the level of what happened as it should: lower in work that is asked for all the time."""
    return logging.DEBUG if _routine.get() else logging.INFO


def enter(traces: Iterable[str], said: Mapping[str, Any] | None = None, *, routine: bool = False) -> None:
    """Let all that follows in this thread or asynchronous task be part of these traces, until `leave`."""
    _traces.set(_named_once(traces))
    _fields.set(said or {})
    _routine.set(routine)


def leave() -> None:
    """Let what follows be part of nothing."""
    enter(())


@contextmanager
def part_of(traces: Iterable[str]) -> Iterator[None]:
    """Let a block be part of these traces, each named once; of those of before, if there are none."""
    token = _traces.set(_named_once(traces) or _traces.get())
    try:
        yield
    finally:
        _traces.reset(token)


def _named_once(traces: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, traces)))
