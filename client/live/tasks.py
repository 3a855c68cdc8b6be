"""The Celery task that carries calls of browsers to a worker."""

import logging
import time
from typing import Any

from celery import Task, shared_task
from df_websockets.tasks import process_task

from client.live.permissions import refused

logger = logging.getLogger(__name__)


class CallTask(Task):  # type: ignore[type-arg] # Celery's class takes no argument when it runs
    """The first that a call does is to read its user, anew if the connection has died: see CurrentUserMiddleware."""

    checks_connections = True


@shared_task(bind=True, base=CallTask, serializer="json")
def call_signals(self: CallTask, calls: list[tuple[float, list[Any]]]) -> None:
    """Carry out calls that came together, one after the other, each as df_websockets' own task carries out one.

    A call is the time until which it is good, in seconds since 1970, and a list of what `process_task` takes. One that
    fails is logged by it, and the others go on.
    """
    for until, call in calls:
        if time.time() > until:
            refused(call[0], "late")
        else:
            process_task(*call, celery_request=self.request)
