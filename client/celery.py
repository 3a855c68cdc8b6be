"""A client's Celery application: queue `fast` for live changes and browser signals, `slow` for all else."""

import os

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

import telemetry.tasks  # noqa: F401 - it logs them
from telemetry.workers import celery_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "client.settings")

app = Celery("client")
app.conf.update(
    **celery_settings(app_name=settings.APP_NAME, redis_url=settings.REDIS_URL),
    beat_schedule={
        "clear-expired-sessions": {
            "task": "client.users.tasks.clear_expired_sessions",
            "schedule": crontab(hour="3", minute="17"),
            "options": {"queue": "slow"},
        },
        "verify": {
            "task": "client.pull.tasks.verify_all",
            "schedule": crontab(minute="41"),
            "options": {"queue": "slow", "expires": 3000},
        },
        "resume-back-fills": {
            "task": "client.pull.tasks.resume",
            "schedule": 60.0,
            "options": {"queue": "slow", "expires": 60},
        },
        "refresh-overview": {
            "task": "client.overview.tasks.refresh",
            "schedule": 5.0,
            "options": {"queue": "slow", "expires": 5},  # seconds: they shall not heap up while there is no worker
        },
    },
)
app.autodiscover_tasks()
