"""What the tests need beside Python is taken where it is, else fetched; what cannot be fetched is named."""

from pathlib import Path

import pytest

from tests import tools
from tests.tools import ToolError

Calls = list[str]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Return what was tried to fetch something, on a machine that has nothing and gets nothing."""
    calls: Calls = []

    def fail(*words: str) -> bool:
        calls.append(" ".join(words))
        return False

    monkeypatch.setattr(tools.shutil, "which", lambda name: None)
    monkeypatch.setattr(tools, "_playwright_has_one", lambda: False)
    monkeypatch.setattr(tools, "_playwright_fetches_one", lambda: fail("playwright"))
    monkeypatch.setattr(tools, "_debian", lambda *packages: fail("debian", *packages))
    monkeypatch.setattr(tools, "UNPACKED", Path("/nowhere"))
    monkeypatch.setattr(tools, "_unpacked", lambda package: fail("unpacked", package))
    return calls


def test_a_browser_that_is_there_is_taken(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools.shutil, "which", {"google-chrome": "/opt/chrome"}.get)
    assert tools.browser() == "/opt/chrome"
    assert calls == []


def test_playwrights_own_is_taken_before_anything_is_fetched(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "_playwright_has_one", lambda: True)
    assert tools.browser() is None
    assert calls == []


def test_playwright_is_asked_first_then_debian(calls: Calls) -> None:
    with pytest.raises(ToolError, match="There is no Chromium"):
        tools.browser()
    assert calls == ["playwright", "debian chromium"]


def test_node_is_fetched_from_debian_or_named(calls: Calls) -> None:
    with pytest.raises(ToolError, match="Node 18 or newer is not installed"):
        tools.node()
    assert calls == ["debian nodejs npm"]


def test_promtool_is_unpacked_and_never_installed_or_named(calls: Calls) -> None:
    with pytest.raises(ToolError, match="promtool is not installed"):
        tools.promtool()
    assert calls == ["unpacked prometheus"]


def test_promtool_that_was_unpacked_before_is_taken(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    unpacked = tmp_path / "promtool"
    unpacked.touch()
    monkeypatch.setattr(tools, "UNPACKED", unpacked)
    monkeypatch.setattr(tools.shutil, "which", {unpacked: str(unpacked)}.get)
    assert tools.promtool() == str(unpacked)
    assert calls == []
