"""The log of Celery tasks: start, end and failure, and the trace of whoever asked for them."""

import logging
import time
from typing import Any, Final

from celery import Task
from celery.signals import before_task_publish, task_failure, task_postrun, task_prerun, task_retry

from telemetry import context
from telemetry.ecs import duration

logger = logging.getLogger(__name__)

HEADER: Final = "reactive_tables_traces"  # of Celery's messages
STARTED: Final = "reactive_tables_started"  # attribute of a task's request


class Routine(Task):  # type: ignore[type-arg] # Celery's class takes no argument when it runs
    """Base of a task that is asked for all the time: at the level INFO only what goes wrong with it is logged."""

    routine = True


@before_task_publish.connect
def send_traces(headers: dict[str, Any], **kwargs: Any) -> None:
    """Let a task be part of the traces in which it is asked for, or of a new one."""
    headers[HEADER] = list(context.traces()) or [context.new_trace()]


@task_prerun.connect
def begin(sender: Any, task_id: str, **kwargs: Any) -> None:
    """Go on with the traces of whoever asked."""
    if sender.request.is_eager:
        return
    traces = [trace for trace in sender.request.get(HEADER) or () if context.is_trace(trace)]
    routine = getattr(sender, "routine", False)
    context.enter(traces or [context.new_trace()], routine=routine)
    setattr(sender.request, STARTED, time.monotonic())
    logger.log(context.level(), "task started", extra=_fields(sender, task_id))


@task_postrun.connect
def end(sender: Any, task_id: str, state: str | None = None, **kwargs: Any) -> None:
    """Say how it ended, and belong to nothing again."""
    started = getattr(sender.request, STARTED, None)
    if started is None:
        return
    outcome = "success" if state == "SUCCESS" else "failure"
    fields = {"event.outcome": outcome, "event.duration": duration(time.monotonic() - started)}
    logger.log(context.level(), "task ended", extra={**_fields(sender, task_id), **fields})
    context.leave()


@task_failure.connect
def fail(sender: Any, task_id: str, exception: BaseException, einfo: Any = None, **kwargs: Any) -> None:
    """Say what a task failed of; its arguments, which Celery itself would write, stay unsaid."""
    error = (type(exception), exception, exception.__traceback__)
    logger.error("task failed", exc_info=error, extra=_fields(sender, task_id))


@task_retry.connect
def retry(sender: Any, request: Any, reason: Any, **kwargs: Any) -> None:
    """Say that a task is to run again."""
    logger.warning("task retried", extra={**_fields(sender, request.id), "error.message": str(reason)})


def _fields(task: Any, task_id: str) -> dict[str, Any]:
    return {"task": task.name, "task_id": task_id}
