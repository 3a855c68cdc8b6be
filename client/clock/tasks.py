"""What `beat` asks for: a tick, twice a second."""

from typing import Any

from celery import shared_task

from client.celery import app
from client.clock import counters, held
from client.clock.schedule import QUEUE, WhileShort
from client.clock.state import TOPIC, now, shown
from client.live.push import Push, push_rendered
from telemetry.tasks import Routine

PERIOD_SECONDS = 0.5
EXPIRES_SECONDS = 0.4  # below the period: a tick that waited so long is overtaken by the next


@shared_task(base=Routine)
def tick() -> None:
    """Remember what time it is, and push it to whoever looks.

    A tick that is overtaken by a later one is counted and not pushed: on pages, too, time only goes on.
    """
    if not held.raise_to(now()):
        counters.ticks.labels(outcome="overtaken").inc()
        return
    counters.ticks.labels(outcome="told").inc()
    # Read again once the push has its number: of two workers the one with the higher number tells the later tick, but
    # for one that reads before a third raises it and sends last. Pages pass over that one.
    push_rendered([TOPIC], lambda heard: [Push(topic=TOPIC, signal="clock.ticked", data=shown(held.last(), now=now()))])


@app.on_after_finalize.connect
def ask_for_ticks(sender: Any, **kwargs: Any) -> None:
    """Let `beat` ask for them."""
    sender.add_periodic_task(WhileShort(PERIOD_SECONDS), tick.s(), name="tick", queue=QUEUE, expires=EXPIRES_SECONDS)
