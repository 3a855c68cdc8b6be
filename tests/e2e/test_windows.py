"""Windows of one browser, of another origin, over a slow network, and open for long."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from stack.stack import Stack
from tests.e2e.browsing import Browsing, expect_live, wait_for_state, without_reload
from tests.e2e.drawn import wait_for_fresh
from tests.e2e.people import People

Visit = Callable[..., Page]

# Opens a socket; resolves to what happens to it.
OPEN_SOCKET = """address => new Promise(resolve => {
  const socket = new WebSocket(address);
  socket.onopen = () => resolve("open");
  socket.onclose = ({ code }) => resolve(code);
})"""
ADDRESS = "new URL(document.getElementById('live').dataset.live, location.href.replace('http', 'ws')).href"
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
DAY = 86_400
# What a socket hands over in a day of ticks, and what of it the page still holds.
TICKS = """async ([from, to]) => {
  const socket = DFSignals.connection;
  const { topic, n, rows: [row] } = JSON.parse(document.getElementById("state").textContent);
  for (let tick = from; tick < to; tick += 1) {
    const changes = [{ op: "upsert", ...row, user: { ...row.user, status: `tick ${tick}` }, changed: ["status"] }];
    const opts = { topic, n: n + tick, changes };
    socket.onmessage({ data: JSON.stringify({ signal: "users.changed", opts, signal_id: `tick ${tick}` }) });
    if (tick % 500 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
}"""
FOCUS = """uid => {
  const row = document.querySelector(`[data-uid="${uid}"]`);
  row.tabIndex = 0;
  row.focus();
  row.addEventListener("blur", () => (window.blurred = true));
}"""
SELECT = """uid => {
  const text = document.querySelector(`[data-uid="${uid}"] [data-field=last_name]`).firstChild;
  getSelection().setBaseAndExtent(text, 2, text, 6);
}"""


def metrics(page: Page) -> dict[str, float]:
    """Return what the browser counts of a page, garbage collected before."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("HeapProfiler.collectGarbage")
    found: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    session.detach()
    return {each["name"]: each["value"] for each in found}


def test_two_tabs_keep_their_own_topics_when_the_server_is_killed(
    stack: Stack, people: People, browsing: Browsing, visit: Visit
) -> None:
    person, other = people.create(), people.create("other")
    own = visit(person.username)
    directory = own.context.new_page()
    directory.goto(f"{stack.url('client-web')}/directory/")
    expect_live(directory)
    web = stack.process("client-web")
    with without_reload(own, directory):
        starts = web.starts
        web.kill()
        for page in (own, directory):
            expect(page.locator("#badge")).to_have_attribute("data-state", "waiting")
        people.save(person, first_name="Meanwhile")
        web.wait_ready(after_starts=starts)
        for page in (own, directory):
            expect_live(page)
        expect(own.locator("[data-field=first_name]")).to_have_text("Meanwhile")
        people.save(other, first_name="Other")
        people.save(person, first_name="Later")
        expect(own.locator("[data-field=first_name]")).to_have_text("Later")
        expect(directory.locator(f"[data-uid='{other.uid}'] [data-field=first_name]")).to_have_text("Other")
        expect(own.locator("[data-field=username]")).to_have_text(person.username)


def test_signing_out_in_one_tab_closes_the_other_within_two_seconds(stack: Stack, people: People, visit: Visit) -> None:
    own = visit(people.create().username)
    directory = own.context.new_page()
    directory.goto(f"{stack.url('client-web')}/directory/")
    expect_live(directory)
    own.get_by_role("button", name="Sign out").click()
    wait_for_state(directory, "signed-out", seconds=2)
    directory.get_by_role("link", name="Sign in again").click()
    directory.wait_for_url("**/accounts/login/?next=/directory/")


def test_a_page_of_another_host_opens_no_socket_even_with_the_users_key(people: People, visit: Visit) -> None:
    page = visit(people.create().username)
    address = page.evaluate(ADDRESS)
    assert page.evaluate(OPEN_SOCKET, address) == "open"
    foreign = page.context.new_page()
    foreign.route("http://elsewhere.example/", lambda route: route.fulfill(body="<title>Elsewhere</title>"))
    foreign.goto("http://elsewhere.example/")
    assert foreign.evaluate(OPEN_SOCKET, address) == 1006
    expect_live(page)


def test_a_slow_network_is_slow_and_nothing_else(people: People, visit: Visit) -> None:
    person = people.create()
    page = visit(person.username)
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.reload()
    expect_live(page)
    with without_reload(page):
        people.save(person, first_name="Slowly")
        expect(page.locator("[data-field=first_name]")).to_have_text("Slowly")
        page.get_by_label("Your status on this service").fill("slow")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#status-note")).to_have_text("Saved.")
        expect_live(page)


def test_a_day_of_ticks_leaves_nothing_behind(people: People, visit: Visit) -> None:
    page = visit(people.create().username)
    with without_reload(page):
        page.evaluate(TICKS, [1, DAY // 24])
        before = metrics(page)
        page.evaluate(TICKS, [DAY // 24, DAY])
        expect(page.locator("[data-field=status]")).to_have_text(f"tick {DAY - 1}")
        after = metrics(page)
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < 1_000_000
    assert after["Nodes"] - before["Nodes"] < 50
    assert after["JSEventListeners"] - before["JSEventListeners"] < 10


@pytest.mark.parametrize("name", ["0-first", "zz-last"])
def test_focus_and_selection_stay_with_a_row_that_changes_places(name: str, people: People, visit: Visit) -> None:
    persons = [people.create(f"m-{letter}", last_name=f"Lovelock {letter}") for letter in "abc"]  # as nobody else is
    page = visit(persons[1].username, "/directory/?search=Lovelock")
    with without_reload(page):
        page.evaluate(FOCUS, persons[1].uid)
        page.evaluate(SELECT, persons[1].uid)
        renamed = people.name(name)
        people.save(persons[1], username=renamed, last_name="Lovelock changed")
        expect(page.locator("#users tbody tr").nth(0 if name == "0-first" else 2)).to_contain_text(renamed)
        expect(page.locator(f"[data-uid='{persons[1].uid}'] [data-field=last_name]")).to_have_text("Lovelock changed")
        assert page.evaluate("document.activeElement.dataset.uid") == persons[1].uid
        assert page.evaluate("window.blurred") is None
        assert page.evaluate("getSelection().toString()") == "velo"
        wait_for_fresh(page)
        people.save(persons[0], username=people.name("zzz"))
        expect(page.locator("#users tbody tr").first).not_to_have_attribute("data-uid", persons[0].uid)
        assert page.evaluate("document.activeElement.dataset.uid") == persons[1].uid
