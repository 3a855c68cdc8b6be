"""With an operations port, what a process and its children count is kept where the port finds it, without a setting."""

from pathlib import Path

import pytest

from tests.surroundings import printed_apart

PROGRAM = """
import os, pathlib, sys
from importlib import import_module
import_module(sys.argv[1])
import django
django.setup()
from telemetry.celery_counts import tasks
directory = pathlib.Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
if os.fork() == 0:
    tasks.labels("a.task", "SUCCESS").inc()
    os._exit(0)
os.wait()
from telemetry.metrics import exposition
assert b'celery_tasks_total{state="SUCCESS",task="a.task"} 1.0' in exposition(measured=False)
print(directory)
"""


@pytest.mark.parametrize("module", ["master.celery", "client.celery"])
def test_a_workers_children_are_heard(module: str) -> None:
    settings = {"OPERATIONS_PORT": "1", "DJANGO_SETTINGS_MODULE": f"{module.split('.')[0]}.settings"}
    printed = printed_apart(PROGRAM, module, **settings)
    assert not Path(printed.strip()).exists()  # it went with the process
