"""The two Celery queues: `fast` for what people wait for, `slow` for all else."""

from typing import Any, Literal

from df_websockets.decorators import DynamicQueueName

Lane = Literal["fast", "slow"]
LANES: tuple[Lane, ...] = ("fast", "slow")


class LaneQueue(DynamicQueueName):  # type: ignore[misc]
    """The queue that a call's `lane` argument names.

    A pure function of the call's arguments: the worker computes it again, and skips a handler whose queue differs.
    """

    def __call__(self, connection: Any, window_info: Any, original_kwargs: dict[str, Any]) -> str:
        """Return the lane of a call; an unknown one is `slow`."""
        lane = original_kwargs.get("lane")
        return lane if lane in LANES else "slow"

    def get_available_queues(self) -> set[str]:
        """Return every queue that a call may go to."""
        return set(LANES)
