"""The stack itself: everything is there, healthy, kept so, and speaks JSON; its commands may be repeated."""

import json
import os
import signal
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from stack.commands import run_together
from stack.handle import Handle
from stack.logview import parse
from stack.ports import LOOPBACK
from stack.projects import Project
from stack.setup import manage
from stack.stack import Stack
from stack.waiting import wait_until
from tests.e2e.console import Console
from tests.e2e.people import SECONDS, People, applied
from tests.logged import flat
from tests.telemetry.schema import wrong_fields

NEW_QUEUE = "reactive-tables-one-more"
METRICS = {"master-web": "outbox_published_total", "client-web": "replication_applied_total"}
STOP_SECONDS = 10.0  # what containers are given
NOT_LOGGED = ("", "worker: Warm shutdown (MainProcess)")  # Celery writes these to the terminal itself


def test_every_process_is_healthy(stack: Stack) -> None:
    names = [*stack.processes, "postgresql", "redis", "aws"]
    assert len(names) == 4 + 2 * 5 + 3
    assert [name for name in names if not stack.process(name).is_ready] == []


def test_the_webs_are_alive_and_ready_and_show_the_metrics_of_their_project(stack: Stack, demo_users: object) -> None:
    for name in ("master-web", "client-web", "client-web-2"):
        assert json.loads(read(stack, name, "healthz")) == {"status": "alive"}
        assert set(json.loads(read(stack, name, "readyz")).values()) == {"ok"}
        assert f'{METRICS[name.removesuffix("-2")]}{{table="users"}}' in read(stack, name, "metrics")


def test_every_other_process_says_on_its_operations_port_how_it_is(stack: Stack) -> None:
    names = [name for name, process in stack.processes.items() if process.operations_port]
    assert len(names) == 3 + 2 * 4
    for name in names:
        assert json.loads(read(stack, name, "healthz")) == {"status": "alive"}
        assert set(json.loads(read(stack, name, "readyz")).values()) == {"ok"}
        assert "process_resident_memory_bytes" in read(stack, name, "metrics")


def test_every_process_ends_by_itself_within_ten_seconds_and_nothing_is_lost(stack: Stack, people: People) -> None:
    person = people.create()
    handles = [stack.process(name) for name in stack.processes]
    before = {handle.name: (handle.starts, handle.pid) for handle in handles}
    people.save(person, first_name="Late")
    for _, pid in before.values():
        assert pid
        os.kill(pid, signal.SIGTERM)
    ended = wait_until(lambda: all(each.pid != before[each.name][1] for each in handles), seconds=STOP_SECONDS)
    assert ended, [each.name for each in handles if each.pid == before[each.name][1]]
    for handle in handles:
        handle.wait_ready(after_starts=before[handle.name][0])
    people.wait_for(person, first_name="Late")


def read(stack: Stack, name: str, path: str) -> str:
    """Return what a process answers, a web or another on its operations port."""
    process = stack.processes[name]
    with urlopen(f"http://{LOOPBACK}:{process.operations_port or process.port}/{path}", timeout=30) as answer:
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


def test_every_line_of_every_log_is_json(stack: Stack) -> None:
    for web in ("master-web", "client-web", "client-web-2"):
        with pytest.raises(HTTPError):
            read(stack, web, "not-there")
    assert wait_until(lambda: all(stack.process(name).log for name in stack.processes), seconds=SECONDS)
    lines = {name: stack.process(name).log.splitlines() for name in stack.processes}
    strange = {name: [line for line in lines[name] if parse(line) is None and line not in NOT_LOGGED] for name in lines}
    assert {name: found for name, found in strange.items() if found} == {}


def test_every_line_is_of_the_schema_and_tells_no_secret(stack: Stack, people: People) -> None:
    people.save(people.create(), first_name="Isolde")
    text = "\n".join(stack.process(name).log for name in stack.processes)
    wrong = {each for line in text.splitlines() if parse(line) for each in wrong_fields(flat(json.loads(line)))}
    assert wrong == set()
    env = [value for project in stack.projects.values() for item in project.env.items() if (value := secret_in(*item))]
    assert len(env) >= 3 * len(stack.projects)
    assert [value for value in env if value in text] == []
    assert "Isolde" not in text
    assert "@example." not in text


def secret_in(name: str, value: str) -> str:
    """Return what of a setting is a secret."""
    if name in ("DATABASE_URL", "REDIS_URL"):
        return urlsplit(value).password or ""
    return value if name.endswith(("_KEY", "_TOKEN")) and len(value) > 20 else ""


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
