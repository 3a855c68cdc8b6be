"""What must be done once before the processes start: databases, topic, queues, migrations, demo users."""

import sys
from collections.abc import Mapping
from pathlib import Path

from stack.backends import Backends
from stack.commands import Command, run_together
from stack.databases import create_databases
from stack.emulator import create_topic
from stack.memory import Memory
from stack.ports import LOOPBACK
from stack.processes import MASTER, client_name
from stack.projects import Adjust, Project, project, queue_name, unchanged

QUEUE_SETTING = "SQS_REACTIVE_TABLES"


def prepare(
    directory: Path,
    backends: Backends,
    memory: Memory,
    *,
    webs: Mapping[str, str],
    notices: int | None,
    clients: int,
    debug: bool,
    adjust: Adjust = unchanged,
) -> dict[str, Project]:
    """Make everything ready for the processes; return the projects by name. All of it may be repeated.

    `webs` are the addresses of the projects' pages, `notices` is the port of the server of that name, if there is one.
    """
    names = [MASTER, *map(client_name, range(1, clients + 1))]
    create_databases(backends.database_url, names)
    projects = {name: project(name, directory, backends, memory, debug=debug).adjusted(adjust) for name in names}
    for each in projects.values():
        each.forget_counters()
    token = memory.secret("SNAPSHOT_TOKEN")
    master = projects[MASTER] = projects[MASTER].with_settings(
        SNS_REACTIVE_TABLE_ARN=create_topic(backends.aws_url),
        SNAPSHOT_TOKEN=token,
        **(notices_settings(webs[MASTER], notices) if notices else {}),
    )
    master.write()
    _, printed = run_together(manage(master, "migrate", "--no-input"), provisioning(master, names[1:]))
    for name, url in zip(names[1:], queue_urls(printed), strict=True):
        projects[name] = projects[name].with_settings(
            **{QUEUE_SETTING: url}, PUBLIC_URL=webs[name], MASTER_URL=webs[MASTER], SNAPSHOT_TOKEN=token
        )
        projects[name].write()
    missed = [republishing(master)] if has_new_queue(printed, names[1:]) else []
    run_together(*(manage(projects[name], "migrate", "--no-input") for name in names[1:]), *missed)
    return projects


def notices_settings(web: str, port: int) -> dict[str, str]:
    """Return where master's pages find the server of notices, and from which pages it is asked."""
    pages = (web, web.replace(LOOPBACK, "localhost"))
    return {"NOTICES_URL": f"ws://{LOOPBACK}:{port}/", "NOTICES_ORIGINS": ",".join(pages)}


def manage(project: Project, *arguments: str, env: Mapping[str, str] | None = None) -> Command:
    """Return one of a project's management commands."""
    return Command(
        name=f"python -m {project.package} {arguments[0]}",
        argv=[sys.executable, "-m", project.package, *arguments],
        env=project.env | dict(env or {}),
        log=project.directory / "logs" / f"{project.name}-{arguments[0]}.log",
    )


def provisioning(master: Project, clients: list[str]) -> Command:
    """Return the command that creates or repairs topic and queues."""
    options = [word for name in clients for word in ("--queue", queue_name(name))]
    return manage(master, "provision", *options)


def republishing(master: Project) -> Command:
    """Return the command that sends everything again: a queue is new or has lost its messages."""
    return manage(master, "republish", "--all")


def has_new_queue(provisioned: str, clients: list[str]) -> bool:
    """Tell from what `provision` printed whether it created a client's queue."""
    lines = provisioned.splitlines()
    return any(f"queue {queue_name(client)}: created" in lines for client in clients)


def queue_urls(printed: str) -> list[str]:
    """Return the queues' addresses from what `provision` printed, in the order in which they were asked for."""
    setting = f"{QUEUE_SETTING}="
    return [line.removeprefix(setting) for line in printed.splitlines() if line.startswith(setting)]
