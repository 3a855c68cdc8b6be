"""A Celery worker's task that pushes at a steady rate: `celery -A bench.pusher worker -Q bench`."""

import time

from client.celery import app

QUEUE = "bench"


@app.task(name="bench.push_steadily")
def push_steadily(topic: str, rate: float, count: int) -> None:
    """Push so many a second to a topic, each with the time at which it was begun."""
    from client.live.push import push  # noqa: PLC0415 - Django is ready only now

    started = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, started + number / rate - time.monotonic()))
        push(topic, "bench.told", number=number, at=time.monotonic())
