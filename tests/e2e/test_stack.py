"""The stack itself: everything is there, healthy, kept so, and one log and one page of metrics each."""

import json
from collections.abc import Callable
from urllib.request import urlopen

from playwright.sync_api import Page, expect

from stack.stack import Stack


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
