"""The stack itself: everything is there, healthy, kept so, and speaks JSON; its commands may be repeated."""

import json
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from stack.commands import run_together
from stack.handle import Handle
from stack.logview import parse
from stack.projects import Project
from stack.setup import manage
from stack.stack import Stack
from stack.waiting import wait_until
from tests.e2e.console import Console
from tests.e2e.people import SECONDS, People

NEW_QUEUE = "reactive-tables-one-more"
METRICS = {"master-web": "outbox_published_total", "client-web": "replication_applied_total"}
NOT_LOGGED = ("", "worker: Warm shutdown (MainProcess)")  # Celery writes these to the terminal itself


def test_every_process_is_healthy(stack: Stack) -> None:
    names = [*stack.processes, "postgresql", "redis", "aws"]
    assert len(names) == 3 + 2 * 5 + 3
    assert [name for name in names if not stack.process(name).is_ready] == []


def test_the_webs_are_alive_and_ready_and_show_the_metrics_of_their_project(stack: Stack, demo_users: object) -> None:
    for name in ("master-web", "client-web", "client-web-2"):
        assert json.loads(read(stack, name, "healthz")) == {"status": "alive"}
        assert set(json.loads(read(stack, name, "readyz")).values()) == {"ok"}
        assert f'{METRICS[name.removesuffix("-2")]}{{table="users"}}' in read(stack, name, "metrics")


def read(stack: Stack, web: str, path: str) -> str:
    """Return what a web process answers."""
    with urlopen(f"{stack.url(web)}/{path}", timeout=30) as answer:
        return str(answer.read().decode())


def test_a_killed_process_is_started_again(stack: Stack) -> None:
    relay = stack.process("relay")
    starts = relay.starts
    relay.kill()
    relay.wait_ready(after_starts=starts)
    assert relay.log.count('"message":"ready"') == starts + 1


def test_what_may_have_died_with_the_emulator_is_sent_again(
    aws: Handle, people: People, master: Console, clients: dict[str, Console]
) -> None:
    uid = people.create().uid
    starts, before = aws.starts, version(master, uid)
    aws.kill()
    aws.wait_ready(after_starts=starts)
    assert wait_until(lambda: all(applied(client, uid) > before for client in clients.values()), seconds=SECONDS)
    assert {applied(client, uid) for client in clients.values()} == {version(master, uid)}


def version(master: Console, uid: str) -> int:
    """Return a user's newest version."""
    code = "from master.outbox.models import OutboxRow; result = OutboxRow.objects.get(key=uid).version"
    return int(master(code, uid=uid))


def applied(client: Console, uid: str) -> int:
    """Return the version of a user that a client holds."""
    code = "from client.replication.models import AppliedRow; result = AppliedRow.objects.get(key=uid).version"
    return int(client(code, uid=uid))


def test_every_line_of_every_log_is_json(stack: Stack) -> None:
    for web in ("master-web", "client-web", "client-web-2"):
        with pytest.raises(HTTPError):
            read(stack, web, "not-there")
    assert wait_until(lambda: all(stack.process(name).log for name in stack.processes), seconds=SECONDS)
    lines = {name: stack.process(name).log.splitlines() for name in stack.processes}
    strange = {name: [line for line in lines[name] if parse(line) is None and line not in NOT_LOGGED] for name in lines}
    assert {name: found for name, found in strange.items() if found} == {}


def test_provision_finds_in_order_what_it_made(stack: Stack) -> None:
    first, second = (provision(stack.projects["master"]) for _ in range(2))
    assert first[1:] == [
        f"queue {NEW_QUEUE}-dead-letters: created",
        f"queue {NEW_QUEUE}: created",
        f"subscription of {NEW_QUEUE}: created",
        second[-1],
    ]
    assert [line for line in second if not line.endswith(": in order")] == second[-1:]
    assert second[-1].startswith("SQS_REACTIVE_TABLES=")


def provision(master: Project) -> list[str]:
    """Provision one more queue, at a topic of its own; return the lines that are printed."""
    topic = f"{master.settings['SNS_REACTIVE_TABLE_ARN']}-one-more"
    command = manage(master, "provision", "--queue", NEW_QUEUE, env={"ENV_FILE": "", "SNS_REACTIVE_TABLE_ARN": topic})
    (printed,) = run_together(command)
    return [line for line in printed.splitlines() if parse(line) is None]
