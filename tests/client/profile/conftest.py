"""What the tests of the profile share."""

from collections.abc import Callable
from typing import Any

import pytest
from df_websockets import tasks
from df_websockets.tasks import SERVER, WINDOW
from df_websockets.testing import SignalQueue
from df_websockets.window_info import WindowInfo

from client.live.serializing import serialize_topic
from client.users.models import User

Answers = list[tuple[str, dict[str, Any]]]
Call = Callable[..., Answers]


@pytest.fixture
def call(queue: SignalQueue, ada: User) -> Call:
    """Return what calls a signal as Ada's browser and lets the worker of `fast` run; it returns what is answered."""

    def call(signal: str, *, user: User = ada, **opts: Any) -> Answers:
        window = window_of(user)
        answers: Answers = queue.ws_signals.setdefault(str(serialize_topic(window, WINDOW)), [])
        before = len(answers)
        tasks._trigger_signal(window, signal, to=[SERVER], kwargs=opts, from_client=True)
        run(queue, "fast")
        return answers[before:]

    return call


def window_of(user: User) -> WindowInfo:
    """Return a window of a user."""
    return WindowInfo.from_dict({"window_key": "w1", "user_set": True, "user_pk": user.pk})


def run(queue: SignalQueue, name: str) -> None:
    """Let the worker of a queue take up what waits there."""
    if queue.python_signals.get(name):
        queue.execute_delayed_signals([name])


def filled(**values: str) -> list[dict[str, str]]:
    """Return a form as df_websockets' script sends it."""
    return [{"name": name, "value": value} for name, value in values.items()]
