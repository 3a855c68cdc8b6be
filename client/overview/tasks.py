"""What `beat` asks for."""

from datetime import timedelta

from celery import shared_task

from client.live.listeners import listened
from client.live.topics import REPLICATION
from client.overview import depths
from client.overview.telling import push_overview
from telemetry.tasks import Routine


@shared_task(base=Routine)
def refresh() -> None:
    """Look at the queues and push the state to whoever looks; while nobody does, measure once a minute."""
    looking = bool(listened([REPLICATION]))
    depths.refresh(oldest=timedelta() if looking else depths.OLDEST)
    if looking:
        push_overview()
