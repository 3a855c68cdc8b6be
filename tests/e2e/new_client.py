"""Another client, made from nothing beside a stack that runs, by the commands that docs/operations.md tells."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from stack import readiness
from stack.commands import run_together
from stack.databases import create_databases, database_url
from stack.handle import READY_SECONDS, Handle
from stack.processes import CLIENT, CLIENT_PROCESSES, MASTER, Process
from stack.projects import Project
from stack.setup import QUEUE_SETTING, manage, provisioning, queue_urls
from stack.stack import Stack, with_our_python
from stack.supervisor import Supervisor
from stack.unit import Recipe
from tests.e2e.people import SECONDS

PROCESSES = [process for process in CLIENT_PROCESSES if process.name in {"listener", "worker-fast", "worker-slow"}]


@dataclass(frozen=True, kw_only=True)
class NewClient:
    """A client whose processes run, and which has no row yet but what came since its queue is there."""

    project: Project
    supervisor: Supervisor

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run one of its commands to the end."""
        return subprocess.run(
            self.command(*words), env=self.project.env, capture_output=True, text=True, timeout=SECONDS, check=False
        )

    def command(self, *words: str) -> list[str]:
        """Return one of its commands."""
        return [sys.executable, "-m", self.project.package, *words]

    def process(self, name: str) -> Handle:
        """Return one of its processes."""
        return Handle(self.supervisor, name)


@contextmanager
def new_client(stack: Stack, name: str, directory: Path) -> Iterator[NewClient]:
    """Provision a queue, make a database, migrate, start the processes; all are ended after the block."""
    master, other = stack.projects[MASTER], stack.projects[CLIENT]
    (printed,) = run_together(provisioning(master, [name]))
    (queue_url,) = queue_urls(printed)
    server = other.settings["DATABASE_URL"]
    create_databases(server, [name])
    project = replace(other, name=name, directory=directory).with_settings(
        APP_NAME=name,
        DATABASE_URL=database_url(server, name),
        PROMETHEUS_MULTIPROC_DIR=str(directory / "metrics"),
        **{QUEUE_SETTING: queue_url},
    )
    project.forget_counters()
    project.write()
    (directory / "logs").mkdir()
    run_together(manage(project, "migrate", "--no-input"))
    supervisor = Supervisor(lambda name, line: None)
    supervisor.start()
    try:
        supervisor.launch([_recipe(process, project) for process in PROCESSES], seconds=READY_SECONDS)
        yield NewClient(project=project, supervisor=supervisor)
    finally:
        supervisor.stop()


def _recipe(process: Process, project: Project) -> Recipe:
    return Recipe(
        name=process.name,
        argv=with_our_python(process.command(concurrency="1", state=str(project.directory), host="")),
        env=project.env,
        log=project.directory / "logs" / f"{process.name}.log",
        is_ready=readiness.of_process(process),
    )
