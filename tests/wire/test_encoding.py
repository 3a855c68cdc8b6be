"""Bodies stay within what SNS and SQS accept."""

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from tests.wire.sample import made_event
from wire.encoding import MESSAGE_BYTES, MESSAGE_EVENTS, body_of, encode_event, pack

PRINTABLE_ASCII = re.compile(r"[\x20-\x7e]*")


@given(st.text())
def test_an_event_is_printable_ascii_and_keeps_its_text(text: str) -> None:
    encoded = encode_event(made_event(username=text))
    assert PRINTABLE_ASCII.fullmatch(encoded)
    assert json.loads(encoded)["data"]["row"]["username"] == text


@given(st.lists(st.integers(1, 70_000), max_size=400))
def test_packing_keeps_order_and_limits(sizes: list[int]) -> None:
    encoded = ["1" * size for size in sizes]
    groups = list(pack(encoded))
    assert [index for group in groups for index in group] == list(range(len(sizes)))
    for group in groups:
        assert 1 <= len(group) <= MESSAGE_EVENTS
        assert len(group) == 1 or len(body_of([encoded[index] for index in group])) <= MESSAGE_BYTES


def test_a_hundred_small_events_share_one_message() -> None:
    assert [len(group) for group in pack(["x"] * 250)] == [100, 100, 50]
