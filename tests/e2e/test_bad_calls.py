"""Calls from a browser that are malformed or not allowed: ignored and logged, and the socket stays usable."""

from collections import Counter
from collections.abc import Callable

from playwright.sync_api import Page, expect

from stack.logview import parse
from stack.stack import Stack
from stack.waiting import wait_until
from tests.e2e.browsing import without_reload
from tests.e2e.people import SECONDS, People

BAD = """
uid => {
  const { connection } = DFSignals;
  window.firstConnection = connection;
  connection.send("this is not JSON");
  connection.send("[1, 2]");
  connection.send(JSON.stringify({ signal: 7, opts: {} }));
  connection.send(new Uint8Array([1, 2, 3]));
  DFSignals.call("no.such_signal", {});
  DFSignals.call("replication.apply", { lane: "fast", messages: [] });
  DFSignals.call("users.set_status", { form: [{ name: "is_staff", value: "true" }, { name: "status", value: "x" }] });
  DFSignals.call("users.set_status", {});
  DFSignals.call("users.snapshot", { view: "everything", ask: -1 });
}
"""


def reasons(stack: Stack) -> Counter[str]:
    """Return why calls were refused so far, and how often, as web and worker have logged it."""
    lines = stack.process("client-web").log.splitlines() + stack.process("worker-fast").log.splitlines()
    records = filter(None, map(parse, lines))
    return Counter(str(record["reason"]) for record in records if record["message"] == "call refused")


def test_bad_calls_change_nothing_and_leave_the_socket_usable(
    stack: Stack, people: People, visit: Callable[..., Page]
) -> None:
    person = people.create()
    page, before = visit(person.username), reasons(stack)
    with without_reload(page):
        page.evaluate(BAD, person.uid)
        page.get_by_label("Your status on this service").fill("still here")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("[data-field=status]")).to_have_text("still here")
        assert page.evaluate("DFSignals.connection === window.firstConnection")
    row = people.on("client", person)
    assert row
    assert (row["is_staff"], row["is_superuser"], row["status"]) == (False, False, "still here")
    assert wait_until(lambda: {"unknown", "not_allowed"} <= set(reasons(stack) - before), seconds=SECONDS)
