"""What Celery's workers and other long-lived processes of both projects have in common."""

import gc
import sys
from importlib import import_module
from typing import Any

from celery.signals import beat_init, celeryd_after_setup, task_prerun, worker_process_init
from django.db import close_old_connections

YOUNG = 20_000  # objects made, less those freed, between two collections: a batch of hundreds of rows makes as many


def celery_settings(*, app_name: str, redis_url: str) -> dict[str, Any]:
    """Return the settings of a project's Celery application, whose queues are in Redis below its name.

    A broker that accepts and does not answer fails a call within seconds. Workers wait for tasks in `poll`, where
    these limits do not count; they read for up to a second (kombu's BRPOP) when they end.
    """
    for receivers in ("telemetry.celery_counts", "telemetry.celery_pulse"):
        import_module(receivers)  # not before the settings are read: they say where counters are kept
    return {
        "broker_url": redis_url,
        "broker_transport_options": {
            "global_keyprefix": f"{app_name}:",
            "socket_connect_timeout": 1,
            "socket_timeout": 2,
            "connect_retries_timeout": 1,
        },
        "broker_connection_retry_on_startup": True,
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0},
        "task_ignore_result": True,
        "task_default_queue": "slow",
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "beat_max_loop_interval": 10,  # seconds: beat looks, and shows that it is alive, at least so often
        # or Celery would open a connection to the database for every task, which takes longer than a task
        "CELERY_DB_REUSE_MAX": sys.maxsize,
        "timezone": "UTC",
    }


def spare_what_is_loaded() -> None:
    """Leave everything that is there out of future collections: modules, models and clients stay to the end.

    A full collection looks at all of them, half a million objects, and took a tenth of a busy worker's time. So does
    Python when it ends: a stop takes half a second of the processor less.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


@task_prerun.connect
def check_connections(sender: Any, **kwargs: Any) -> None:
    """Let a task begin as a request does, so that CONN_MAX_AGE and CONN_HEALTH_CHECKS hold here too.

    One that says `checks_connections = True` sees for itself that its connection lives, without a question more.
    """
    if not sender.request.is_eager and not getattr(sender, "checks_connections", False):
        close_old_connections()


@celeryd_after_setup.connect  # tasks are imported, and no process is forked yet
@worker_process_init.connect
@beat_init.connect
def begin_process(**kwargs: Any) -> None:
    """Let a worker, each process that it forks and `beat` collect what their work leaves, and nothing else."""
    spare_what_is_loaded()
