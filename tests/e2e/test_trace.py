"""One trace goes from a request on master to the push on every client."""

import json
from collections.abc import Callable, Iterator

from playwright.sync_api import Page, expect

from stack.logview import parse
from stack.stack import Stack
from stack.waiting import wait_until
from tests.e2e.admin import Admin
from tests.e2e.people import SECONDS, People
from tests.logged import Line, traces

WAY = {
    "master-web": "request",
    "master-worker": "published",
    "listener": "handed over",
    "worker-fast": "applied",
    "listener-2": "handed over",
    "worker-fast-2": "applied",
}


def said(stack: Stack, name: str) -> Iterator[Line]:
    """Yield the lines of a process."""
    for text in stack.process(name).log.splitlines():
        if parse(text):
            yield json.loads(text)


def test_a_save_in_the_admin_is_found_in_every_process_by_one_trace(
    stack: Stack, admin: Admin, people: People, visit: Callable[..., Page]
) -> None:
    person = people.create()
    page = visit(person.username)
    admin.change(person.username, first_name="Grace")
    expect(page.locator("[data-field=first_name]")).to_have_text("Grace")
    posts = [
        line for line in said(stack, "master-web") if line.get("http", {}).get("request", {}).get("method") == "POST"
    ]
    request = posts[-1]
    (trace,) = traces(request)
    assert request["url"]["path"].endswith("/change/")
    assert request["user"]["id"]

    def ways() -> set[tuple[str, str]]:
        return {(name, line["message"]) for name in WAY for line in said(stack, name) if trace in traces(line)}

    wanted = {*WAY.items(), ("worker-fast", "pushed"), ("worker-fast", "task started"), ("worker-fast", "task ended")}
    assert wait_until(lambda: wanted <= ways(), seconds=SECONDS), ways()
