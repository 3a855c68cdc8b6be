"""Nothing is lost when a process or a server dies under a few changes; it only comes later, by itself."""

import json
import signal
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from stack.handle import Handle
from stack.stack import Stack
from tests.e2e.admin import Admin
from tests.e2e.browsing import expect_live, without_reload
from tests.e2e.console import Console
from tests.e2e.people import SECONDS, People, Person

Visit = Callable[..., Page]

ARRIVAL = SECONDS * 1000  # milliseconds


def end_leases(master: Console) -> None:
    """Let what a dead publisher had claimed be due now, and not in a minute, to save the test's time."""
    master(
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('UPDATE outbox_row SET due_at = now() WHERE published < version')"
    )


def expect_name(page: Page, name: str) -> None:
    """Wait until a user's own page shows a first name; after an outage that may take longer."""
    expect(page.locator("[data-field=first_name]")).to_have_text(name, timeout=ARRIVAL)


def killed_under_changes(stack: Stack, people: People, process: str) -> list[Person]:
    """Kill a process amid changes of five users; return them once it is ready again."""
    handle = stack.process(process)
    persons, starts = [people.create() for _ in range(5)], handle.starts
    for number, person in enumerate(persons):
        people.save(person, first_name="Before")
        if number == 2:
            handle.kill()
        people.save(person, last_name="After")
    handle.wait_ready(after_starts=starts)
    return persons


@pytest.mark.parametrize("process", ["relay", "master-worker", "listener", "worker-fast"])
def test_a_killed_process_loses_no_change(
    process: str, stack: Stack, master: Console, people: People, visit: Visit
) -> None:
    watcher = people.create("watcher")
    page = visit(watcher.username)
    with without_reload(page):
        changed = killed_under_changes(stack, people, process)
        end_leases(master)
        for person in changed:
            people.wait_for(person, first_name="Before", last_name="After")
        people.save(watcher, first_name="Marker")
        expect_name(page, "Marker")


def test_the_page_comes_back_by_itself_and_shows_what_changed_meanwhile(
    stack: Stack, people: People, visit: Visit
) -> None:
    person, gone = people.create(), people.create("gone")
    page, directory = visit(person.username), visit(person.username, "/directory/")
    web = stack.process("client-web")
    with without_reload(page, directory):
        starts = web.starts
        web.signal(signal.SIGSTOP)  # it hears nothing of what follows, and is killed before it could
        people.save(person, first_name="Meanwhile")
        people.delete(gone)
        people.wait_for(person, first_name="Meanwhile")
        web.kill()
        web.wait_ready(after_starts=starts)
        expect_name(page, "Meanwhile")
        expect(directory.locator(f"tr[data-uid='{gone.uid}']")).to_have_count(0)
        expect(directory.locator(f"tr[data-uid='{person.uid}'] [data-field=first_name]")).to_have_text("Meanwhile")
        for each in (page, directory):
            expect_live(each)
        people.save(person, first_name="Live")
        expect_name(page, "Live")


def test_saves_succeed_while_redis_is_away_and_arrive_when_it_is_back(
    stack: Stack, people: People, admin: Admin, visit: Visit
) -> None:
    person = people.create()
    page, redis = visit(person.username), stack.process("redis")
    with without_reload(page):
        starts = redis.starts
        redis.signal(signal.SIGSTOP)  # hanging is worse than refusing
        admin.change(person.username, first_name="Meanwhile")
        code, outcomes = readiness(stack, "client-web")
        assert (code, {name for name, outcome in outcomes.items() if outcome == "ok"}) == (
            503,
            {"database", "migrations"},
        )
        assert readiness(stack, "master-web")[0] == 200
        redis.kill()
        people.save(person, last_name="Meanwhile too")
        redis.wait_ready(after_starts=starts)
        people.wait_for(person, first_name="Meanwhile", last_name="Meanwhile too")
        expect_name(page, "Meanwhile")
        people.save(person, first_name="Live")
        expect_name(page, "Live")


def test_what_is_saved_while_aws_is_away_arrives_when_it_is_back(aws: Handle, people: People, visit: Visit) -> None:
    person = people.create()
    page = visit(person.username)
    with without_reload(page):
        starts = aws.starts
        aws.signal(signal.SIGSTOP)
        people.save(person, first_name="Meanwhile")
        aws.kill()
        people.save(person, last_name="Meanwhile too")
        aws.wait_ready(after_starts=starts)
        people.wait_for(person, first_name="Meanwhile", last_name="Meanwhile too")
        expect_name(page, "Meanwhile")


def readiness(stack: Stack, web: str) -> tuple[int, dict[str, str]]:
    """Return the status and the answer of /readyz."""
    try:
        with urlopen(f"{stack.url(web)}/readyz", timeout=30) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        return refusal.code, json.load(refusal)
