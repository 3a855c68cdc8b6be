"""The only way from changed data to the open pages: nobody else triggers a signal to a topic.

What is pushed must be committed. Every push carries its `topic` and its number `n`. Each commit must be followed by a
push of its own: then the highest number, taken before its row was read, always carries the newest row.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

from df_websockets.tasks import WINDOW, trigger
from django.db import transaction

from client.live import counters, numbers
from client.live.listeners import listened
from client.live.loop import run_on_loop
from telemetry import context
from telemetry.ecs import duration

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Push:
    """One signal to one topic."""

    topic: str
    signal: str
    data: Mapping[str, Any]


def answer(window_info: Any, signal: str, **data: Any) -> None:
    """Answer the window that has called, at once; raise when Redis does not answer.

    df_websockets' own `trigger(window_info, signal, to=[WINDOW])` does the same; in a worker it makes a thread and an
    event loop for each call, which takes longer than all else that it does.
    """
    run_on_loop(lambda: trigger(window_info, signal, to=[WINDOW], **data))
    counters.answers.labels(signal).inc()


Render = Callable[[frozenset[str]], Iterable[Push]]


def push(topic: str, signal: str, **data: Any) -> None:
    """Push one signal to one topic once the transaction is committed; at once where there is none."""
    push_many([Push(topic=topic, signal=signal, data=data)])


def push_many(pushes: Iterable[Push]) -> None:
    """Push signals whose data is at hand, in order, once the transaction is committed.

    Without a transaction it raises when Redis does not answer. After a commit that is only logged: what was written
    stays written, and pages notice by the numbers that they have missed something.
    """
    batch = tuple(pushes)

    def push_batch() -> None:  # no partial: Django names it in the log when it fails
        push_rendered([each.topic for each in batch], lambda heard: [each for each in batch if each.topic in heard])

    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(push_batch, robust=True)
    else:
        push_batch()


def push_rendered(topics: Sequence[str], render: Render) -> None:
    """Push what `render` returns for those topics that somebody listens to; it is not called when nobody does.

    `topics` names a topic as often as it may get a push. The numbers are taken first and the rows read after, in
    `render`: of two pushes with one version the higher number then never carries the older row.
    """
    heard = listened(frozenset(topics))
    wanted = Counter(topic for topic in topics if topic in heard)
    counters.pushes_skipped.inc(len(topics) - wanted.total())
    if not wanted:
        return
    started = time.monotonic()
    numbered = {topic: count(first) for topic, first in numbers.take(wanted).items()}
    pushes = tuple(render(frozenset(wanted)))
    run_on_loop(partial(_send, pushes, numbered))
    _tell(pushes, time.monotonic() - started)


def _tell(pushes: Sequence[Push], seconds: float) -> None:
    """Log what was pushed in a trace of somebody's; not what goes out for everybody, such as every tick."""
    if not context.traces():
        return
    for signal, times in Counter(each.signal for each in pushes).items():
        logger.log(
            context.level(), "pushed", extra={"signal": signal, "pushes": times, "event.duration": duration(seconds)}
        )


def _send(pushes: Iterable[Push], numbered: Mapping[str, Iterator[int]]) -> None:
    for each in pushes:
        trigger(None, each.signal, to=[each.topic], **each.data, topic=each.topic, n=next(numbered[each.topic]))
        counters.pushes_sent.labels(signal=each.signal).inc()
