"""Make topic, queues, subscriptions and policies what they must be; change only what differs."""

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

RETENTION_SECONDS = 14 * 24 * 3600  # the longest that SQS offers: a client may be away for two weeks
VISIBILITY_SECONDS = 60  # after which a batch that nobody finished comes again
MAX_RECEIVES = 100  # a backstop only: a bad event is sent to the dead-letter queue by name
TOPIC_KEY = "alias/aws/sns"  # AWS's own for SNS: whoever may publish may use it, and nobody has to be told of it


class ProvisionError(Exception):
    """What is there cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A queue that is in order."""

    name: str
    url: str
    arn: str


class Provisioner:
    """Creates or repairs what one topic and its subscribers need; every step may be repeated."""

    def __init__(self, topic_arn: str) -> None:
        self.topic_arn = topic_arn

    @cached_property
    def sns(self) -> "SNSClient":
        """Return the client of SNS."""
        return boto3.client("sns")

    @cached_property
    def sqs(self) -> "SQSClient":
        """Return the client of SQS."""
        return boto3.client("sqs")

    def topic(self) -> Iterator[str]:
        """Create the topic unless it exists, and see that it is encrypted; yield what was done.

        A topic of another name is not left behind. A key of one's own is left as it is.
        """
        there = self._topics()
        if self.topic_arn not in there:
            arn = self.sns.create_topic(Name=self.topic_arn.rsplit(":", 1)[-1])["TopicArn"]
            if arn != self.topic_arn:
                if arn not in there:
                    self.sns.delete_topic(TopicArn=arn)
                raise ProvisionError(
                    f"SNS_REACTIVE_TABLE_ARN is {self.topic_arn}, but this account and region make {arn}. "
                    "Correct the setting, or the AWS region and credentials."
                )
        attributes = self.sns.get_topic_attributes(TopicArn=self.topic_arn)["Attributes"]
        changed = [] if attributes.get("KmsMasterKeyId") else ["KmsMasterKeyId"]
        for name in changed:
            self.sns.set_topic_attributes(TopicArn=self.topic_arn, AttributeName=name, AttributeValue=TOPIC_KEY)
        yield f"topic {self.topic_arn}: {_done(self.topic_arn in there, changed)}"

    def _topics(self) -> set[str]:
        pages = self.sns.get_paginator("list_topics").paginate()
        return {topic["TopicArn"] for page in pages for topic in page["Topics"]}

    def subscriber(self, name: str) -> Generator[str, None, None]:
        """Create or repair a client's queue, its dead-letter queue and its subscription; yield what was done.

        The queue's policy admits this topic only. The last line names the client's setting.
        """
        dead = yield from self._queue(f"{name}-dead-letters", _common())
        redrive = {"deadLetterTargetArn": dead.arn, "maxReceiveCount": MAX_RECEIVES}
        attributes = _common() | {"RedrivePolicy": json.dumps(redrive)}
        queue = yield from self._queue(name, attributes, policy=True)
        yield from self._subscription(queue)
        yield f"SQS_REACTIVE_TABLES={queue.url}"

    def _queue(self, name: str, wanted: dict[str, str], *, policy: bool = False) -> "Generator[str, None, Queue]":
        url, was_there = self._queue_url(name)
        arn = self._attributes(url)["QueueArn"]
        if policy:
            wanted = wanted | {"Policy": json.dumps(_policy(arn, self.topic_arn))}
        there = self._attributes(url)
        if not there.get("KmsMasterKeyId"):  # a key of one's own is left as it is
            wanted = wanted | {"SqsManagedSseEnabled": "true"}
        differing = {key: value for key, value in wanted.items() if not _same(there.get(key), value)}
        if differing:
            self.sqs.set_queue_attributes(QueueUrl=url, Attributes=differing)  # type: ignore[arg-type]
        yield f"queue {name}: {_done(was_there, sorted(differing))}"
        return Queue(name=name, url=url, arn=arn)

    def _queue_url(self, name: str) -> tuple[str, bool]:
        try:
            return self.sqs.get_queue_url(QueueName=name)["QueueUrl"], True
        except self.sqs.exceptions.QueueDoesNotExist:
            return self.sqs.create_queue(QueueName=name)["QueueUrl"], False

    def _attributes(self, url: str) -> dict[str, str]:
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return {str(key): value for key, value in attributes.items()}

    def _subscription(self, queue: Queue) -> Iterator[str]:
        arn = self._subscription_arn(queue)
        if arn is None:
            self.sns.subscribe(
                TopicArn=self.topic_arn, Protocol="sqs", Endpoint=queue.arn, Attributes={"RawMessageDelivery": "true"}
            )
            yield f"subscription of {queue.name}: created"
            return
        attributes = self.sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        raw = attributes.get("RawMessageDelivery") == "true"
        if not raw:
            self.sns.set_subscription_attributes(
                SubscriptionArn=arn, AttributeName="RawMessageDelivery", AttributeValue="true"
            )
        yield f"subscription of {queue.name}: {_done(True, [] if raw else ['RawMessageDelivery'])}"

    def _subscription_arn(self, queue: Queue) -> str | None:
        pages = self.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self.topic_arn)
        found = (each for page in pages for each in page["Subscriptions"] if each["Endpoint"] == queue.arn)
        subscription = next(found, None)
        return subscription["SubscriptionArn"] if subscription else None


def _common() -> dict[str, str]:
    return {"MessageRetentionPeriod": str(RETENTION_SECONDS), "VisibilityTimeout": str(VISIBILITY_SECONDS)}


def _policy(queue_arn: str, topic_arn: str) -> dict[str, object]:
    """Return the policy by which this topic, and nothing else, may send to a queue."""
    statement = {
        "Sid": "OnlyTheTopicSends",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _same(there: str | None, wanted: str) -> bool:
    """Compare attributes as what they mean: SQS reorders JSON, and returns some numbers in it as text."""
    if there is None or not wanted.startswith("{"):
        return there == wanted
    return _plain(json.loads(there)) == _plain(json.loads(wanted))


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else str(value)


def _done(was_there: bool, changed: list[str]) -> str:
    if not was_there:
        return "created"
    return f"repaired {', '.join(changed)}" if changed else "in order"
