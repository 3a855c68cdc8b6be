"""Whatever a browser sends, it is answered or closed as documented, and nothing else happens."""

import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from client.live.calls import MAX_CALL
from client.users.models import User
from tests.client.live.conftest import Sent
from tests.client.live.windows import window_of
from tests.client.people import a_replica

REASONS = {"malformed", "oversize", "delayed", "unknown", "not_allowed", "too_many"}
CODES = {4413}
CALLABLE = ["users.snapshot", "users.set_status", "replication.snapshot"]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from([*CALLABLE, "replication.apply", "no.such", "", "\x00", "é"]) | st.text(max_size=30)
calls = st.fixed_dictionaries(
    {
        "signal": names | json_values,
        "opts": st.dictionaries(st.text(max_size=8), json_values, max_size=3) | json_values,
    },
    optional={"eta": json_values, "countdown": json_values, "expires": json_values, "more": json_values},
)
frames = st.one_of(
    st.just("--heartbeat--"),
    st.text(max_size=200),
    st.binary(max_size=200),
    json_values.map(json.dumps),
    calls.map(json.dumps),
    st.integers(min_value=MAX_CALL, max_value=MAX_CALL + 10).map(lambda length: "x" * length),
)


@pytest.fixture
def browser(transactional_db: None, on_redis: str, settings: Settings) -> Client:
    """Return a browser in which somebody is signed in, and which may say much."""
    settings.LIVE_CALLS_BURST = 1_000
    browser = Client()
    browser.force_login(a_replica("ada"), backend="django.contrib.auth.backends.ModelBackend")
    return browser


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(frames, max_size=60))
def test_random_frames_get_documented_answers_and_closes_only(
    browser: Client, handed_over: Sent, sent: list[str | bytes]
) -> None:
    window, before = window_of(browser), User.objects.values().get()

    @async_to_sync
    async def run() -> list[dict[str, Any]]:
        assert await window.open()
        for frame in sent:
            await window.send(frame)
        await window.send("--heartbeat--")  # so that there is an answer in any case
        answers = [await window.next()]
        while answers[-1]["type"] == "websocket.send" and not is_last(answers, sent):
            answers.append(await window.next())
        await window.leave()
        return answers

    answers = run()
    for answer in answers:
        check(answer)
    assert {call[0] for _, calls, _ in handed_over for _, call in calls} <= set(CALLABLE)
    assert User.objects.values().get() == before


def is_last(answers: list[dict[str, Any]], sent: list[str | bytes]) -> bool:
    """Tell whether the last sign of life was answered: frames are heard in order."""
    signals = [json.loads(answer["text"])["signal"] for answer in answers]
    return signals.count("live.pong") == sent.count("--heartbeat--") + 1


def check(answer: dict[str, Any]) -> None:
    """Fail unless an answer is one of those that are documented."""
    if answer["type"] == "websocket.close":
        assert answer["code"] in CODES
        return
    message = json.loads(answer["text"])
    assert message.keys() == {"signal", "opts"}
    if message["signal"] == "live.refused":
        assert message["opts"]["reason"] in REASONS
    else:
        assert message["signal"] == "live.pong"
