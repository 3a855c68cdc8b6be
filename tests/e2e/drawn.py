"""What a live page shows, to be compared with what a fresh load of it shows."""

from typing import Any

from playwright.sync_api import Page

from stack.waiting import wait_until
from tests.e2e.browsing import SECONDS, expect_live

# All but what tells of the moment at which it was looked: when SQS was asked, what is under way, the axis of the chart.
DRAWN = """() => {
  const moving = ["measured", "pending", "visible", "in_flight", "fast", "slow"];
  const fields = (root) => [...root.querySelectorAll("[data-field]")]
    .filter((element) => !moving.includes(element.dataset.field))
    .map((element) => [element.dataset.field, element.textContent]);
  const main = document.querySelector("main");
  const rows = [...main.querySelectorAll("tbody [data-uid]")];
  return {
    rows: rows.map((row) => [row.dataset.uid, fields(row)]),
    fields: rows.length ? [] : fields(main),
    status: main.querySelector("[name=status]")?.value,
    hidden: [...main.querySelectorAll("#nobody, [rel=next]")].map((element) => element.hidden),
  };
}"""


def drawn(page: Page) -> Any:
    """Return what a page shows."""
    return page.evaluate(DRAWN)


def wait_for_fresh(page: Page, before: Any = None) -> None:
    """Wait until a page shows what a fresh load shows, and no more what it showed before."""
    fresh = page.context.new_page()

    def is_fresh() -> bool:
        fresh.goto(page.url)
        expect_live(fresh)
        return bool(drawn(page) == drawn(fresh) != before)

    same = wait_until(is_fresh, seconds=SECONDS)
    shown, loaded = drawn(page), drawn(fresh)
    fresh.close()
    assert same, f"shown:  {shown}\nloaded: {loaded}\nbefore: {before}"
