"""A call that waited for a worker longer than its page waits for an answer is dropped."""

from typing import Any

import pytest

from client.live.calls import Call
from client.live.consumer import WindowConsumer


def test_a_call_of_a_browser_expires_with_the_patience_of_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        "df_websockets.tasks.call_task", lambda mode, queue, arguments, options: sent.append((arguments[0], options))
    )
    consumer = WindowConsumer()
    consumer.window_info = None
    consumer.hand_over(Call(signal="users.snapshot", opts={"view": "you", "ask": 1}))
    assert sent == [("users.snapshot", {"expires": 10})]
