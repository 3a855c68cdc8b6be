"""Master's Celery application: queue `publish` carries captured changes to SNS."""

import os

from celery import Celery
from django.conf import settings

import telemetry.tasks  # noqa: F401 - it logs them
from telemetry.workers import celery_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "master.settings")

app = Celery("master")
app.conf.update(
    **celery_settings(app_name=settings.APP_NAME, redis_url=settings.REDIS_URL),
    task_routes={"master.outbox.tasks.publish": {"queue": "publish"}},
)
app.autodiscover_tasks()
