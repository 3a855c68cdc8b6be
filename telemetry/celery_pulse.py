"""The heartbeats of Celery's workers and of its beat, and their operations port.

A worker's main process is meant: it fetches tasks and hands them to the processes that it has forked. While Redis is
away both wait for it in places that say nothing; that is no reason to end them.
"""

from typing import Any

from celery.signals import beat_init, worker_init, worker_ready

from telemetry.health import is_redis_away, probe_database, probe_redis
from telemetry.heartbeat import heartbeat
from telemetry.operations_port import open_operations_port

PULSE_SECONDS = 1.0


@worker_init.connect
def open_port_of_worker(**kwargs: Any) -> None:
    """Answer from the start: a worker may wait long for its first connection."""
    heartbeat("worker", excuse=is_redis_away)
    open_operations_port({"database": probe_database, "redis": probe_redis})


@worker_ready.connect
def beat_in_event_loop(sender: Any, **kwargs: Any) -> None:
    """Beat in the event loop that fetches tasks. It is ready again after each loss of Redis."""
    global _entry
    if _entry is not None:
        _entry.cancel()
    pulse = heartbeat("worker", excuse=is_redis_away)
    _entry = sender.timer.call_repeatedly(PULSE_SECONDS, pulse.beat)


_entry: Any = None


@beat_init.connect
def beat_with_each_tick(sender: Any, **kwargs: Any) -> None:
    """Beat whenever the scheduler looks what is due."""
    pulse, tick = heartbeat("beat", excuse=is_redis_away), sender.scheduler.tick

    def beat_and_tick() -> float:
        pulse.beat()
        return float(tick())

    sender.scheduler.tick = beat_and_tick
    open_operations_port({"redis": probe_redis}, measures=True)
