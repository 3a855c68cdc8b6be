"""The lane of a call is the queue that it goes to."""

import pytest
from df_websockets.tasks import get_expected_queues

from client.replication.lanes import LANES, LaneQueue


@pytest.mark.parametrize(
    ("arguments", "queue"),
    [
        ({"lane": "fast"}, "fast"),
        ({"lane": "slow"}, "slow"),
        ({"lane": "other"}, "slow"),
        ({"lane": None}, "slow"),
        ({"lane": ["fast"]}, "slow"),
        ({}, "slow"),
    ],
)
def test_the_lane_argument_names_the_queue(arguments: dict[str, object], queue: str) -> None:
    assert LaneQueue()(None, None, arguments) == queue


def test_the_queue_depends_on_the_arguments_only() -> None:
    arguments = {"lane": "fast", "messages": [1]}
    answers = {LaneQueue()(connection, window, dict(arguments)) for connection in (None, "x") for window in (None, "y")}
    assert answers == {"fast"}
    assert arguments == {"lane": "fast", "messages": [1]}


def test_every_queue_that_a_call_may_go_to_is_known() -> None:
    assert LaneQueue().get_available_queues() == set(LANES) == {"fast", "slow"}


def test_the_signals_of_client_use_these_two_queues_only() -> None:
    assert get_expected_queues() == {"fast", "slow"}
