"""What alerts ask to have grown is there, at 0, as soon as a worker is: Prometheus does not see a first case else."""

from tests.surroundings import printed_apart

PROGRAM = """
from types import SimpleNamespace
from celery.signals import worker_init
from client.celery import app
app.loader.init_worker()

class Worker(SimpleNamespace):
    __hash__ = object.__hash__

worker_init.send(sender=Worker(app=app))
from telemetry.metrics import exposition
print(exposition(measured=False).decode())
"""


def test_a_worker_has_counted_none_when_it_begins() -> None:
    printed = printed_apart(PROGRAM, OPERATIONS_PORT="", DJANGO_SETTINGS_MODULE="client.settings")
    samples = printed.splitlines()
    for sample in (
        'replication_clashes_total{table="users"} 0.0',
        'replication_pushed_lag_seconds_count{table="users"} 0.0',
        'backfill_rows_total{outcome="refused",table="users"} 0.0',
        'celery_tasks_total{state="FAILURE",task="client.pull.tasks.verify_all"} 0.0',
    ):
        assert sample in samples
