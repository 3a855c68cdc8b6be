"""Master's Celery application: queue `publish` carries captured changes to SNS."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import task_prerun, worker_process_init
from django.conf import settings
from django.db import close_old_connections

from telemetry.garbage import spare_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "master.settings")

# A broker that accepts and does not answer fails a call within seconds. Workers wait for tasks in `poll`, where these
# limits do not count; they read for up to a second (kombu's BRPOP) when they end.
BROKER_OPTIONS = {
    "global_keyprefix": f"{settings.APP_NAME}:",
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
    "connect_retries_timeout": 1,
}

app = Celery("master")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_transport_options=BROKER_OPTIONS,
    broker_connection_retry_on_startup=True,
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0},
    task_ignore_result=True,
    task_default_queue="slow",
    task_routes={"master.outbox.tasks.publish": {"queue": "publish"}},
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    CELERY_DB_REUSE_MAX=sys.maxsize,  # or Celery would open a connection for every task, which takes longer than a task
    timezone="UTC",
)
app.autodiscover_tasks()


@task_prerun.connect
def check_connections(sender: Any, **kwargs: Any) -> None:
    """Let a task begin as a request does, so that CONN_MAX_AGE and CONN_HEALTH_CHECKS hold here too."""
    if not sender.request.is_eager:
        close_old_connections()


@worker_process_init.connect
def spare_memory(**kwargs: Any) -> None:
    """Let a worker process collect what its tasks leave, and nothing else."""
    spare_what_is_loaded()
