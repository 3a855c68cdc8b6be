"""What the tests of the live layer share."""

from typing import Any

import pytest

from client.live.tasks import call_signals

Sent = list[tuple[str, list[list[Any]], dict[str, Any]]]


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Keep the tasks that calls of browsers would become: queue, calls and options."""
    kept: Sent = []
    monkeypatch.setattr(
        call_signals, "apply_async", lambda args, *, queue, **options: kept.append((queue, args[0], options))
    )
    return kept
