"""What the emulator itself takes from a publish to a receive; its long poll looks every 100 ms."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

NAME = "bench-floor"


def measure(count: int, pause: Callable[[], None]) -> list[float]:
    """Publish messages, one at a time, to a queue on which a long poll waits; return the milliseconds of each."""
    aws = boto3.Session()  # not the default one, which has seen another environment
    sns, sqs = aws.client("sns"), aws.client("sqs")
    topic = sns.create_topic(Name=NAME)["TopicArn"]
    queue = sqs.create_queue(QueueName=NAME)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    milliseconds = []
    with ThreadPoolExecutor(max_workers=1) as receiver:
        for _ in range(count):
            received = receiver.submit(_receive, sqs, queue)
            pause()
            started = time.perf_counter()
            sns.publish(TopicArn=topic, Message="x")
            milliseconds.append((received.result() - started) * 1000)
    return milliseconds


def _receive(sqs: "SQSClient", queue: str) -> float:
    """Wait for a message; return when it came, and delete it."""
    messages = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    came = time.perf_counter()
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=messages[0]["ReceiptHandle"])
    return came
