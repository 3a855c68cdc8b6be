"""Queues to receive from, and the messages that wait in them."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from client.sqs import queue
from client.sqs.listener import Received

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef


class MotoQueue:
    """A queue and its dead-letter queue, from the side of whoever sends and looks."""

    def __init__(self, client: "SQSClient") -> None:
        self.client = client
        self.dead_url = client.create_queue(QueueName="reactive-tables-client-dead")["QueueUrl"]
        arn = client.get_queue_attributes(QueueUrl=self.dead_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 100})
        self.url = client.create_queue(
            QueueName="reactive-tables-client", Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "60"}
        )["QueueUrl"]

    def send(self, *bodies: str) -> list[str]:
        """Send messages; return their ids."""
        return [self.client.send_message(QueueUrl=self.url, MessageBody=body)["MessageId"] for body in bodies]

    def received(self) -> list[dict[str, object]]:
        """Receive what is there, as the listener does and hands it over."""
        messages: list[dict[str, object]] = []
        while found := queue.receive(wait_seconds=0):
            messages += [Received(message=message, at=time.time()).as_argument() for message in found]
        return messages

    def redeliver(self, messages: Sequence[dict[str, object]]) -> None:
        """Let the visibility of messages in flight end."""
        for message in messages:
            self.client.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=str(message["receipt"]), VisibilityTimeout=0
            )

    def left(self) -> int:
        """Return how many messages are there, waiting or in flight."""
        found = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])

    def dead_letters(self) -> list["MessageTypeDef"]:
        """Take what is in the dead-letter queue."""
        letters: list[MessageTypeDef] = []
        while found := self.client.receive_message(
            QueueUrl=self.dead_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=0
        ).get("Messages"):
            letters += found
        return letters


def attribute(letter: "MessageTypeDef", name: str) -> str | None:
    """Return an attribute of a message."""
    attributes = letter.get("MessageAttributes") or {}
    return attributes[name].get("StringValue") if name in attributes else None


@dataclass
class FakeQueue:
    """In the place of `client.sqs.queue`: remembers, in order, and fails when told to."""

    done: list[tuple[str, Any]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)  # names of calls that raise

    def delete(self, receipts: Sequence[str]) -> int:
        """Delete messages."""
        self._do("delete", list(receipts))
        return 1

    def send_dead_letter(self, body: str, *, reason: str, message_id: str) -> None:
        """Send a dead letter."""
        self._do("dead letter", (message_id, json.loads(body), reason))

    @property
    def deleted(self) -> list[str]:
        """The receipts of all deleted messages."""
        return [receipt for what, receipts in self.done if what == "delete" for receipt in receipts]

    @property
    def letters(self) -> list[tuple[str, Any, str]]:
        """Message id, body and reason of all dead letters."""
        return [letter for what, letter in self.done if what == "dead letter"]

    def _do(self, what: str, detail: Any) -> None:
        if what in self.broken:
            raise ConnectionError(what)
        self.done.append((what, detail))


def argument(body: str, *, name: str = "m1", age: float = 0.0) -> dict[str, object]:
    """Return a message as the signal `replication.apply` gets it."""
    return {"id": name, "receipt": f"receipt of {name}", "body": body, "received": time.time() - age}
