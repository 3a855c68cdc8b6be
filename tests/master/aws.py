"""Topic and queue in moto, made by master's own provisioning."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from django.conf import settings
from moto import mock_aws

from master.sns import topic
from master.sns.provision import Provisioner

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

QUEUE = "reactive-tables-client"


class ClientQueue:
    """A client's queue as the client sees it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen: list[dict[str, Any]] = []  # the `data` of every event received so far

    @cached_property
    def sqs(self) -> "SQSClient":
        return boto3.client("sqs")

    def drain(self) -> list[dict[str, Any]]:
        """Receive and delete what is there; return the `data` of all events received so far."""
        while messages := self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                self.seen += [event["data"] for event in json.loads(message["Body"])]
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return self.seen


@contextmanager
def provisioned() -> Iterator[ClientQueue]:
    """Pretend AWS, with the topic and one client's queue."""
    topic.client.cache_clear()
    with mock_aws():
        provisioner = Provisioner(settings.SNS_REACTIVE_TABLE_ARN)
        lines = [*provisioner.topic(), *provisioner.subscriber(QUEUE)]
        topic.client()  # made here, for making one is not thread-safe
        yield ClientQueue(lines[-1].removeprefix("SQS_REACTIVE_TABLES="))
    topic.client.cache_clear()
