"""What workers count of their tasks.

A handler of df_websockets that fails counts as SUCCESS: df_websockets swallows what it raises.
"""

import time
from typing import Any

from celery.signals import task_postrun, task_prerun, worker_init
from prometheus_client import Counter, Histogram

tasks = Counter("celery_tasks", "Tasks that ended, by Celery's state", ["task", "state"])
seconds = Histogram(
    "celery_task_seconds", "How long tasks ran", ["task"], buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600)
)
_began: dict[str, float] = {}


@worker_init.connect
def begin_at_none(sender: Any, **kwargs: Any) -> None:
    """Say that no task has failed yet: a counter that is first seen at 1 has not grown, and nobody is told."""
    for name in sender.app.tasks:
        if not name.startswith("celery."):  # its own
            tasks.labels(name, "FAILURE")


@task_prerun.connect
def begin(task_id: str, **kwargs: Any) -> None:
    """Note when a task began."""
    _began[task_id] = time.monotonic()


@task_postrun.connect
def end(task_id: str, task: Any, state: str | None, **kwargs: Any) -> None:
    """Count a task."""
    tasks.labels(task.name, state or "UNKNOWN").inc()
    if began := _began.pop(task_id, None):
        seconds.labels(task.name).observe(time.monotonic() - began)
