"""Reading what a browser sends."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.live.calls import MAX_CALL, MAX_DEPTH, Call, CallRefusedError, read_call


def reason(text: str | None) -> str:
    with pytest.raises(CallRefusedError) as refused:
        read_call(text)
    return str(refused.value)


def test_a_call_is_a_signal_and_its_arguments() -> None:
    assert read_call('{"signal": "a.b", "opts": {"x": 1}}') == Call(signal="a.b", opts={"x": 1})


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "nonsense",
        "null",
        "[]",
        '"x"',
        "{}",
        '{"signal": "a"}',
        '{"signal": 1, "opts": {}}',
        '{"signal": "a", "opts": []}',
        '{"signal": "a", "opts": {}, "more": 1}',
        '{"signal": "a", "opts": {"x": NaN}}',
        '{"signal": "a", "opts": {"x": "\\ud800"}}',
        "[" * 50_000,
        '{"signal": "a", "opts": {"x": 1e999}}',
        '{"signal": "a", "opts": {"x": ' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}}",
        '{"signal": "a", "opts": {"x": ' + '{"y": ' * 900 + "1" + "}" * 900 + "}}",
    ],
)
def test_what_is_not_a_call_is_malformed(text: str | None) -> None:
    assert reason(text) == "malformed"


def test_what_is_deep_but_not_too_deep_is_a_call() -> None:
    inner = "[" * (MAX_DEPTH - 2) + "]" * (MAX_DEPTH - 2)
    assert read_call('{"signal": "a", "opts": {"x": ' + inner + "}}").signal == "a"


@pytest.mark.parametrize("delay", ["countdown", "eta", "expires"])
def test_a_browser_may_not_ask_for_a_delay(delay: str) -> None:
    assert reason(json.dumps({"signal": "a", "opts": {}, delay: 5})) == "delayed"


def test_a_long_call_is_not_even_parsed() -> None:
    assert reason('{"signal": "a", "opts": {"x": "' + "y" * MAX_CALL + '"}}') == "oversize"


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_whatever_json_comes_is_a_call_or_refused(value: Any) -> None:
    try:
        call = read_call(json.dumps(value))
    except CallRefusedError:
        return
    assert {"signal": call.signal, "opts": call.opts} == value
