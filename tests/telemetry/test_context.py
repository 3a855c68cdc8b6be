"""A trace is named as W3C Trace Context says, and goes no further than the work that is part of it."""

import pytest

from telemetry import context

ONE, TWO = "0af7651916cd43dd8448eb211c80319c", "1af7651916cd43dd8448eb211c80319c"


@pytest.fixture(autouse=True)
def outside() -> None:
    """Begin, and end, as part of nothing."""
    context.leave()


@pytest.mark.parametrize(
    ("traceparent", "trace"),
    [
        (f"00-{ONE}-b7ad6b7169203331-01", ONE),
        (f"cc-{ONE}-b7ad6b7169203331-00", ONE),
        (f"00-{'0' * 32}-b7ad6b7169203331-01", ""),
        (f"00-{ONE.upper()}-b7ad6b7169203331-01", ""),
        (f"00-{ONE}-b7ad6b7169203331-01' OR 1=1", ""),
        ("00-ab-cd-01", ""),
        ("", ""),
    ],
)
def test_only_a_traceparent_names_a_trace(traceparent: str, trace: str) -> None:
    assert context.trace_of(traceparent) == trace


def test_what_is_said_of_a_trace_names_it() -> None:
    trace = context.new_trace()
    assert context.trace_of(context.traceparent(trace)) == trace


def test_one_trace_is_a_field_of_the_schema_and_several_are_not() -> None:
    assert context.fields() == {}
    with context.part_of([ONE, "", ONE]):
        assert context.fields() == {"trace.id": ONE}
        with context.part_of([ONE, TWO]):
            assert context.fields() == {"traces": [ONE, TWO]}
        with context.part_of([""]):
            assert context.traces() == (ONE,)
    assert context.traces() == ()
