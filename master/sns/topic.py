"""Publish messages to the SNS topic, ten a call, and tell refusals of content from failures of the service."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from master.sns.form import encode_form

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import BatchResultErrorEntryTypeDef, PublishBatchRequestEntryTypeDef

CALL_MESSAGES = 10
CALL_BYTES = 250_000  # SNS accepts 262,144 for bodies and attributes together

CONNECT_SECONDS, READ_SECONDS, TRIES = 2, 5, 2

# A call that fails with one of these fails for what it carries; any other failure is the service's.
_CONTENT_CODES = {
    "BatchRequestTooLong",
    "InvalidParameter",
    "InvalidParameterValue",
    "ParameterValueInvalid",
    "ValidationError",
}


@dataclass(frozen=True, kw_only=True)
class Message:
    """One SNS message: events of one table."""

    table: str
    count: int  # events inside
    body: str  # ASCII


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a message was not accepted."""

    reason: str
    content: bool  # True: refused for what it carries, and would be again


class PublishError(Exception):
    """A call of which nothing was accepted.

    PublishError
    ├── CallRefusedError     for what the call carries
    └── ServiceFailedError   SNS cannot be reached, or fails whatever it is sent
    """


class CallRefusedError(PublishError):
    """SNS refused a call for what it carries: sent again as it is, it would be refused again."""


class ServiceFailedError(PublishError):
    """SNS cannot be reached, or fails whatever it is sent."""


@cache
def client() -> "SNSClient":
    """Return the process's SNS client (thread-safe)."""
    timing = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": TRIES},
    )
    made = boto3.client("sns", config=timing)
    made.meta.events.register("before-call.sns.PublishBatch", encode_form)
    return made


def calls(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """Group messages into calls of at most ten messages and 250,000 bytes, in their order."""
    call: list[Message] = []
    size = 0
    for message in messages:
        if call and (len(call) == CALL_MESSAGES or size + len(message.body) > CALL_BYTES):
            yield call
            call, size = [], 0
        call.append(message)
        size += len(message.body)
    if call:
        yield call


def publish_batch(call: Sequence[Message]) -> list[Refusal | None]:
    """Send one call; return for each message None where SNS accepted it, else why not.

    Raises `CallRefusedError` or `ServiceFailedError` when nothing of the call was accepted.
    """
    try:
        answer = client().publish_batch(
            TopicArn=settings.SNS_REACTIVE_TABLE_ARN,
            PublishBatchRequestEntries=[_entry(index, message) for index, message in enumerate(call)],
        )
    except ClientError as error:
        code, reason = error.response["Error"]["Code"], error.response["Error"]["Message"]
        kind = CallRefusedError if code in _CONTENT_CODES else ServiceFailedError
        raise kind(f"{code}: {reason}") from error
    except BotoCoreError as error:
        raise ServiceFailedError(str(error)) from error
    refused = {failed["Id"]: failed for failed in answer.get("Failed", [])}
    return [_refusal(refused.get(str(index))) for index in range(len(call))]


def _entry(index: int, message: Message) -> "PublishBatchRequestEntryTypeDef":
    return {
        "Id": str(index),
        "Message": message.body,
        "MessageAttributes": {
            "table": {"DataType": "String", "StringValue": message.table},
            "count": {"DataType": "Number", "StringValue": str(message.count)},
        },
    }


def _refusal(failed: "BatchResultErrorEntryTypeDef | None") -> Refusal | None:
    if failed is None:
        return None
    return Refusal(reason=f"{failed['Code']}: {failed.get('Message', '')}", content=failed["SenderFault"])
