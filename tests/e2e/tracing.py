"""How long the tasks of a page take, from Chromium's own trace."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

RUN_TASK = "ThreadControllerImpl::RunTask"  # as Chromium calls it in its traces


@contextmanager
def tasks_of(page: Page) -> Iterator[list[float]]:
    """Note the milliseconds that each task takes of the processor: on a busy machine all wait for others too."""
    browser = page.context.browser
    assert browser
    browser.start_tracing(page=page, categories=["toplevel"])
    tasks: list[float] = []
    try:
        yield tasks
    finally:
        events = json.loads(browser.stop_tracing())["traceEvents"]
        threads = [event for event in events if event["name"] == "thread_name"]
        pages = {(each["pid"], each["tid"]) for each in threads if each["args"]["name"] == "CrRendererMain"}
        run = [event for event in events if event["name"] == RUN_TASK and (event["pid"], event["tid"]) in pages]
        tasks.extend(event["tdur"] / 1000 for event in run if "tdur" in event)
