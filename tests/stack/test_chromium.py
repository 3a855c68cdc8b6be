"""The browser starts also where Playwright itself had to be asked for one."""

import pytest
from playwright.sync_api import sync_playwright

from tests import tools
from tests.chromium import chromium


def test_playwright_may_look_for_a_browser_first(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tools.browser()

    def look() -> str | None:
        with sync_playwright() as playwright:
            assert playwright.chromium.name == "chromium"
        return found

    monkeypatch.setattr(tools, "browser", look)
    with chromium() as browser:
        assert browser.is_connected()
