"""Master's Celery application: queue `publish` carries captured changes to SNS."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "master.settings")

app = Celery("master")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_transport_options={"global_keyprefix": f"{settings.APP_NAME}:"},
    broker_connection_retry_on_startup=True,
    task_ignore_result=True,
    task_default_queue="slow",
    task_routes={"master.outbox.tasks.publish": {"queue": "publish"}},
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    timezone="UTC",
)
app.autodiscover_tasks()
