"""A client's queues, spoken to past master: what a stranger, a bug or an old version could put there."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
import msgspec

from stack.projects import Project
from stack.waiting import wait_until
from tests.e2e.people import SECONDS
from wire.encoding import encode_event
from wire.events import Change, event_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A message of the dead-letter queue."""

    body: str
    reason: str
    message_id: str  # of the message that the event came in


class Queues:
    """The queue and the dead-letter queue of one client."""

    def __init__(self, client: Project) -> None:
        self.env = client.env
        self.url = client.settings["SQS_REACTIVE_TABLES"]

    @cached_property
    def sqs(self) -> "SQSClient":
        """Return a client of SQS that reads nothing of this process's own environment."""
        session = boto3.Session(
            aws_access_key_id=self.env["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.env["AWS_SECRET_ACCESS_KEY"],
            region_name=self.env["AWS_DEFAULT_REGION"],
        )
        return session.client("sqs", endpoint_url=self.env["AWS_ENDPOINT_URL"])

    def send(self, body: str) -> str:
        """Send a message as SNS would deliver it; return its id."""
        return self.sqs.send_message(QueueUrl=self.url, MessageBody=body)["MessageId"]

    def dead_letters(self, message_ids: set[str]) -> list[DeadLetter]:
        """Wait for a dead letter of each of these messages, and take all that are there out of the queue."""
        found: list[DeadLetter] = []
        wait_until(lambda: self._take(found) or {each.message_id for each in found} >= message_ids, seconds=SECONDS)
        return found

    def set_visibility(self, seconds: int) -> None:
        """Set how long a message that was received stays out of sight."""
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"VisibilityTimeout": str(seconds)})

    def _take(self, found: list[DeadLetter]) -> bool:
        """Move what is there now to `found`; return False, for whether that is enough is another question."""
        url = f"{self.url}-dead-letters"
        answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        for message in answer.get("Messages", []):
            texts = {name: each["StringValue"] for name, each in message["MessageAttributes"].items()}
            found.append(DeadLetter(body=message["Body"], reason=texts["reason"], message_id=texts["message_id"]))
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return False


def event(*, key: str = "", version: int = 1, op: Any = "upsert", **row: Any) -> dict[str, Any]:
    """Return an event about a user whom master does not know, as master would encode it."""
    change = Change(
        table="users",
        key=key or str(uuid.uuid4()),
        version=version,
        op=op,
        row=msgspec.UNSET if op == "delete" else msgspec.Raw(json.dumps(row).encode()),
    )
    encoded = encode_event(event_of(change, source="/tests", time=datetime.now(UTC), traceparent="00-0-0-00"))
    decoded: dict[str, Any] = json.loads(encoded)
    return decoded
