"""`provision` makes everything what it must be, says what it did, and does nothing twice."""

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from moto import mock_aws
from pytest_django import Settings

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

NAME = "reactive-tables-client"
DEAD = f"{NAME}-dead-letters"
URL = f"https://sqs.us-east-1.amazonaws.com/123456789012/{NAME}"


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture
def sqs(aws: None) -> "SQSClient":
    return boto3.client("sqs")


@pytest.fixture
def sns(aws: None) -> "SNSClient":
    return boto3.client("sns")


def provision(*queues: str) -> list[str]:
    out = io.StringIO()
    call_command("provision", *[f"--queue={name}" for name in queues], stdout=out)
    return out.getvalue().splitlines()


def url_of(sqs: "SQSClient", name: str) -> str:
    return sqs.get_queue_url(QueueName=name)["QueueUrl"]


def attributes(sqs: "SQSClient", name: str) -> dict[str, Any]:
    found = sqs.get_queue_attributes(QueueUrl=url_of(sqs, name), AttributeNames=["All"])["Attributes"]
    return {key: json.loads(value) if key.endswith("Policy") else value for key, value in found.items()}


def subscriptions(sns: "SNSClient") -> list[dict[str, str]]:
    found = sns.list_subscriptions()["Subscriptions"]
    return [sns.get_subscription_attributes(SubscriptionArn=each["SubscriptionArn"])["Attributes"] for each in found]


def test_from_nothing_it_creates_all_of_it_and_says_so() -> None:
    assert provision(NAME) == [
        f"topic {settings.SNS_REACTIVE_TABLE_ARN}: created",
        f"queue {DEAD}: created",
        f"queue {NAME}: created",
        f"subscription of {NAME}: created",
        f"SQS_REACTIVE_TABLES={URL}",
    ]


def test_a_second_time_it_changes_nothing(sqs: "SQSClient", sns: "SNSClient") -> None:
    provision(NAME)
    before = attributes(sqs, NAME), attributes(sqs, DEAD), subscriptions(sns)
    assert provision(NAME) == [
        f"topic {settings.SNS_REACTIVE_TABLE_ARN}: in order",
        f"queue {DEAD}: in order",
        f"queue {NAME}: in order",
        f"subscription of {NAME}: in order",
        f"SQS_REACTIVE_TABLES={URL}",
    ]
    assert (attributes(sqs, NAME), attributes(sqs, DEAD), subscriptions(sns)) == before


def test_the_queues_are_as_a_client_needs_them(sqs: "SQSClient") -> None:
    provision(NAME)
    queue, dead = attributes(sqs, NAME), attributes(sqs, DEAD)
    assert {each["MessageRetentionPeriod"] for each in (queue, dead)} == {str(14 * 24 * 3600)}
    assert queue["VisibilityTimeout"] == "60"
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == dead["QueueArn"]
    assert int(queue["RedrivePolicy"]["maxReceiveCount"]) == 100
    assert "RedrivePolicy" not in dead


def test_only_the_topic_may_send(sqs: "SQSClient") -> None:
    provision(NAME)
    (statement,) = attributes(sqs, NAME)["Policy"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert statement["Resource"] == attributes(sqs, NAME)["QueueArn"]
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": settings.SNS_REACTIVE_TABLE_ARN}}
    assert "Policy" not in attributes(sqs, DEAD)


def test_delivery_is_raw(sns: "SNSClient") -> None:
    provision(NAME)
    (subscription,) = subscriptions(sns)
    assert subscription["RawMessageDelivery"] == "true"
    assert subscription["Protocol"] == "sqs"


OPEN_POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}],
    }
)
BROKEN = {
    "MessageRetentionPeriod": "60",
    "VisibilityTimeout": "0",
    "Policy": OPEN_POLICY,
    "RedrivePolicy": json.dumps(
        {"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:123456789012:{DEAD}", "maxReceiveCount": 3}
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_somebody_broke_by_hand_is_repaired_and_named(sqs: "SQSClient", broken: str) -> None:
    provision(NAME)
    before = attributes(sqs, NAME)
    policy = json.dumps(before["Policy"])  # moto forgets it when other attributes are set
    sqs.set_queue_attributes(QueueUrl=URL, Attributes={"Policy": policy, broken: BROKEN[broken]})  # type: ignore[dict-item]
    assert attributes(sqs, NAME)[broken] != before[broken]
    assert f"queue {NAME}: repaired {broken}" in provision(NAME)
    assert attributes(sqs, NAME)[broken] == before[broken]


def test_a_broken_dead_letter_queue_is_repaired_too(sqs: "SQSClient") -> None:
    provision(NAME)
    sqs.set_queue_attributes(QueueUrl=url_of(sqs, DEAD), Attributes={"MessageRetentionPeriod": "60"})
    assert f"queue {DEAD}: repaired MessageRetentionPeriod" in provision(NAME)


def test_raw_delivery_is_switched_on_again(sns: "SNSClient") -> None:
    provision(NAME)
    arn = sns.list_subscriptions()["Subscriptions"][0]["SubscriptionArn"]
    sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="RawMessageDelivery", AttributeValue="false")
    assert f"subscription of {NAME}: repaired RawMessageDelivery" in provision(NAME)
    assert [each["RawMessageDelivery"] for each in subscriptions(sns)] == ["true"]


def test_a_lost_subscription_and_a_lost_queue_are_made_again(sqs: "SQSClient", sns: "SNSClient") -> None:
    provision(NAME)
    sns.unsubscribe(SubscriptionArn=sns.list_subscriptions()["Subscriptions"][0]["SubscriptionArn"])
    sqs.delete_queue(QueueUrl=url_of(sqs, DEAD))
    lines = provision(NAME)
    assert f"queue {DEAD}: created" in lines
    assert f"subscription of {NAME}: created" in lines


def test_several_clients_have_a_queue_each(sns: "SNSClient") -> None:
    lines = provision("one", "two")
    assert [line for line in lines if line.startswith("SQS_")] == [
        f"SQS_REACTIVE_TABLES={URL.replace(NAME, name)}" for name in ("one", "two")
    ]
    assert len(subscriptions(sns)) == 2


def test_without_queues_only_the_topic_is_made(sqs: "SQSClient") -> None:
    assert provision() == [f"topic {settings.SNS_REACTIVE_TABLE_ARN}: created"]
    assert "QueueUrls" not in sqs.list_queues()


ELSEWHERE = ["arn:aws:sns:us-east-1:999999999999:reactive-tables", "arn:aws:sns:eu-west-1:123456789012:reactive-tables"]


@pytest.mark.parametrize("arn", ELSEWHERE)
def test_a_topic_of_another_account_or_region_is_refused_with_a_sentence_and_nothing_is_left(
    settings: Settings, sns: "SNSClient", sqs: "SQSClient", arn: str
) -> None:
    here, settings.SNS_REACTIVE_TABLE_ARN = settings.SNS_REACTIVE_TABLE_ARN, arn
    with pytest.raises(CommandError) as caught:
        provision(NAME)
    assert str(caught.value) == (
        f"SNS_REACTIVE_TABLE_ARN is {arn}, but this account and region make {here}. "
        "Correct the setting, or the AWS region and credentials."
    )
    assert sns.list_topics()["Topics"] == []
    assert "QueueUrls" not in sqs.list_queues()


def test_a_topic_that_was_there_is_not_removed_with_a_wrong_setting(settings: Settings, sns: "SNSClient") -> None:
    provision()
    settings.SNS_REACTIVE_TABLE_ARN = ELSEWHERE[0]
    with pytest.raises(CommandError):
        provision()
    assert len(sns.list_topics()["Topics"]) == 1


def test_whatever_aws_answers_is_an_error_of_the_command_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(CommandError, match="region"):
        provision(NAME)
