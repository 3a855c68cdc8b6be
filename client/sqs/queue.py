"""This client's queue: receive, delete, and send what is bad to the dead-letter queue."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from django.conf import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONG_POLL_SECONDS = 20  # the longest that SQS offers
CALL_MESSAGES = 10
MESSAGE_BYTES = 1_048_576  # of body and attributes together
REASON_CHARACTERS = 500


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message in flight."""

    id: str
    receipt: str
    body: str
    sent_at: float = 0.0  # seconds since 1970, by the clock of SQS; 0 when it does not say


@dataclass(frozen=True, kw_only=True)
class Depth:
    """How many messages a queue holds, about: SQS counts on many servers, and is up to a minute late."""

    visible: int  # waiting to be received
    in_flight: int  # received by somebody and not deleted


class DeleteRefusedError(Exception):
    """SQS kept messages that it was told to delete: they will come again."""


class NoDeadLetterQueueError(Exception):
    """The queue names no dead-letter queue."""


def receive(wait_seconds: int = LONG_POLL_SECONDS) -> list[Message]:
    """Wait for messages and take up to ten."""
    answer = _receiving_client().receive_message(
        QueueUrl=settings.SQS_REACTIVE_TABLES,
        MaxNumberOfMessages=CALL_MESSAGES,
        WaitTimeSeconds=wait_seconds,
        MessageSystemAttributeNames=["SentTimestamp"],
    )
    return [
        Message(
            id=each["MessageId"],
            receipt=each["ReceiptHandle"],
            body=each["Body"],
            sent_at=int(each.get("Attributes", {}).get("SentTimestamp", 0)) / 1000,
        )
        for each in answer.get("Messages", [])
    ]


def delete(receipts: Sequence[str]) -> int:
    """Delete messages, ten a call; return the number of calls. Raises `DeleteRefusedError` if any was kept."""
    kept: list[str] = []
    calls = list(tens(receipts))
    for call in calls:
        answer = client().delete_message_batch(
            QueueUrl=settings.SQS_REACTIVE_TABLES,
            Entries=[{"Id": str(index), "ReceiptHandle": receipt} for index, receipt in enumerate(call)],
        )
        kept += [f"{failed['Code']}: {failed.get('Message', '')}" for failed in answer.get("Failed", [])]
    if kept:
        raise DeleteRefusedError(f"{len(kept)} messages, the first: {kept[0]}")
    return len(calls)


def send(body: str) -> None:
    """Send a message to this client's own queue, as if it had just come from master."""
    client().send_message(QueueUrl=settings.SQS_REACTIVE_TABLES, MessageBody=body)


def depth(url: str) -> Depth:
    """Return how full a queue is."""
    answer = client().get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    )
    found = answer["Attributes"]
    return Depth(
        visible=int(found["ApproximateNumberOfMessages"]),
        in_flight=int(found["ApproximateNumberOfMessagesNotVisible"]),
    )


def send_dead_letter(body: str, *, reason: str, message_id: str) -> None:
    """Send what cannot be applied to the dead-letter queue, with the reason and the message that it came in.

    A body that leaves no room for them is cut, and says so in the attribute `cut`.
    """
    attributes = {"reason": _printable(reason)[:REASON_CHARACTERS], "message_id": message_id}
    room = MESSAGE_BYTES - 2 * REASON_CHARACTERS
    encoded = body.encode(errors="backslashreplace")  # half a surrogate pair is no text
    body = encoded.decode()
    if len(encoded) > room:
        attributes["cut"] = f"from {len(encoded)} bytes"
        body = encoded[:room].decode(errors="ignore")
    client().send_message(
        QueueUrl=dead_letter_url(),
        MessageBody=body or "(empty)",
        MessageAttributes={name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()},
    )


@cache
def client() -> "SQSClient":
    """Return the process's SQS client, with short time limits (thread-safe)."""
    return _make_client(read_timeout=5)


@cache
def _receiving_client() -> "SQSClient":
    """Return the client that may wait as long as a long poll does."""
    return _make_client(read_timeout=LONG_POLL_SECONDS + 5)


@cache
def dead_letter_url() -> str:
    """Return the address of the dead-letter queue; raise NoDeadLetterQueueError where there is none."""
    answer = client().get_queue_attributes(QueueUrl=settings.SQS_REACTIVE_TABLES, AttributeNames=["RedrivePolicy"])
    policy = answer.get("Attributes", {}).get("RedrivePolicy")
    if not policy:
        raise NoDeadLetterQueueError(f"{settings.SQS_REACTIVE_TABLES} has no dead-letter queue")
    arn = json.loads(policy)["deadLetterTargetArn"]
    return client().get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]


def tens(receipts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the receipts in as many parts as calls are needed."""
    for start in range(0, len(receipts), CALL_MESSAGES):
        yield receipts[start : start + CALL_MESSAGES]


def _make_client(read_timeout: int) -> "SQSClient":
    timing: dict[str, Any] = {"connect_timeout": 2, "read_timeout": read_timeout}
    return boto3.client("sqs", config=Config(**timing, retries={"mode": "standard", "total_max_attempts": 2}))


def _printable(text: str) -> str:
    """Replace what SQS does not accept in an attribute."""
    return "".join(character if " " <= character <= "~" else "?" for character in text) or "unknown"
