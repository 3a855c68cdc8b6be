"""What the emulator itself takes from a publish to a receive; its long poll looks every 100 ms."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

NAME = "bench-floor"


class Floor:
    """A topic and a queue of its own."""

    def __init__(self) -> None:
        aws = boto3.Session()  # not the default one, which has seen another environment
        self._sns, self._sqs = aws.client("sns"), aws.client("sqs")
        self._topic = self._sns.create_topic(Name=NAME)["TopicArn"]
        self._queue = self._sqs.create_queue(QueueName=NAME)["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]
        raw = {"RawMessageDelivery": "true"}
        self._sns.subscribe(TopicArn=self._topic, Protocol="sqs", Endpoint=attributes["QueueArn"], Attributes=raw)
        self._receiver = ThreadPoolExecutor(max_workers=1)

    def measure(self, pause: Callable[[], None]) -> float:
        """Publish a message to a queue on which a long poll waits; return the milliseconds until it came."""
        received = self._receiver.submit(_receive, self._sqs, self._queue)
        pause()
        started = time.perf_counter()
        self._sns.publish(TopicArn=self._topic, Message="x")
        return (received.result() - started) * 1000


def _receive(sqs: "SQSClient", queue: str) -> float:
    """Wait for a message; return when it came, and delete it."""
    messages = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    came = time.perf_counter()
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=messages[0]["ReceiptHandle"])
    return came
