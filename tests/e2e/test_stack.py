"""The stack itself: everything is there, healthy, kept so, and one log and one page of metrics each."""

import json
from collections.abc import Callable
from urllib.request import urlopen

from playwright.sync_api import Page, expect

from stack.stack import Stack
from stack.waiting import wait_until
from tests.e2e.console import Console
from tests.e2e.people import SECONDS, People


def test_every_process_is_healthy(stack: Stack) -> None:
    names = [*stack.processes, "postgresql", "redis", "aws"]
    assert len(names) == 3 + 2 * 5 + 3
    assert [name for name in names if not stack.process(name).is_ready] == []


def test_the_webs_are_ready_and_show_metrics(stack: Stack) -> None:
    for name, process in stack.processes.items():
        if process.port:
            with urlopen(f"{stack.url(name)}/readyz", timeout=5) as answer:
                assert set(json.load(answer).values()) == {"ok"}
            with urlopen(f"{stack.url(name)}/metrics", timeout=5) as answer:
                assert b"# TYPE" in answer.read()


def test_a_killed_process_is_started_again(stack: Stack) -> None:
    relay = stack.process("relay")
    starts = relay.starts
    relay.kill()
    relay.wait_ready(after_starts=starts)
    assert relay.log.count('"message":"ready"') == starts + 1


def test_what_may_have_died_with_the_emulator_is_sent_again(
    stack: Stack, people: People, master: Console, clients: dict[str, Console]
) -> None:
    uid, aws = people.create().uid, stack.process("aws")
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


def test_one_browser_stays_signed_in_to_all(
    page: Page, sign_in_to_admin: Callable[[Page], None], sign_in: Callable[..., None], stack: Stack
) -> None:
    sign_in_to_admin(page)
    sign_in(page, "ada", web="client-web")
    sign_in(page, "grace", web="client-web-2")
    for name, who in (("client-web", "ada"), ("client-web-2", "grace")):
        page.goto(f"{stack.url(name)}/")
        expect(page.locator("body")).to_contain_text(who)
    page.goto(f"{stack.url('master-web')}/admin/")
    expect(page.locator("#user-tools")).to_contain_text("admin")
