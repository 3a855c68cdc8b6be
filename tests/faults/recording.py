"""The client's queue in the hands of a test: taken out, and put in again in another order, more than once, later."""

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from stack.waiting import wait_until
from tests.faults.world import World

SECONDS = 90.0  # a long poll that was cut off keeps what it received for the time of visibility


@contextmanager
def withheld(world: World) -> Iterator[None]:
    """Keep the client from its queue in the block."""
    with world.aws["client"].behaving("refuse"):
        yield


def take_all(world: World) -> list[str]:
    """Wait until master has published everything; take all messages out of the client's queue, return their bodies."""
    queues, bodies = world.queues, []
    assert wait_until(lambda: not world.difference().pending, seconds=SECONDS), str(world.difference())

    def is_empty() -> bool:
        answer = queues.sqs.receive_message(QueueUrl=queues.url, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            bodies.append(message["Body"])
            queues.sqs.delete_message(QueueUrl=queues.url, ReceiptHandle=message["ReceiptHandle"])
        return world.in_queue() == 0

    assert wait_until(is_empty, seconds=SECONDS)
    return bodies


def put(world: World, bodies: Sequence[str]) -> None:
    """Send messages as SNS would, ten a call."""
    for start in range(0, len(bodies), 10):
        entries: Any = [
            {"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies[start : start + 10])
        ]
        answer = world.queues.sqs.send_message_batch(QueueUrl=world.queues.url, Entries=entries)
        assert not answer.get("Failed")


def one_by_one(bodies: Sequence[str]) -> list[str]:
    """Return a message for each event."""
    return [json.dumps([event]) for body in bodies for event in json.loads(body)]


def disordered(bodies: Sequence[str], chance: random.Random) -> tuple[list[str], list[str]]:
    """Return messages to deliver, in any order and up to three times each, and old ones to deliver after them all."""
    copies = [body for body in bodies for _ in range(chance.choice([1, 2, 3]))]
    chance.shuffle(copies)
    late = chance.sample(list(bodies), len(bodies) // 5)
    return copies, late
