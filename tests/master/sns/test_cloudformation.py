"""The templates of deploy/aws make what `provision` makes, and what the processes ask of AWS is what they allow."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import cfnlint.api
import cfnlint.decode
import pytest
from django.conf import settings
from moto import mock_aws

from master.sns.provision import Provisioner

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "deploy/aws"
OPERATIONS = ROOT / "docs/operations.md"
ROW = re.compile(r"\| (?P<who>[^|]+) \| (?P<actions>`[a-z]+:[A-Z][^|]+) \| [^|]+ \|")
TOPIC = settings.SNS_REACTIVE_TABLE_ARN
QUEUE = "reactive-tables-client"
VARYING = ("CreatedTimestamp", "LastModifiedTimestamp")
# moto makes none of these; alarms are read below, the other two are put in place by `_put_the_rest`
pytestmark = pytest.mark.filterwarnings(
    "ignore:Tried to parse AWS..(CloudWatch..Alarm|SQS..QueuePolicy|SNS..Subscription)"
)

Made = dict[str, Any]


def deploy(name: str, **parameters: str) -> dict[str, str]:
    """Deploy a template; return its outputs."""
    cloudformation: Any = boto3.client("cloudformation")
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=(TEMPLATES / f"{name}.yml").read_text(),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def deployed() -> dict[str, str]:
    topic = deploy("topic", TopicName=TOPIC.rsplit(":", 1)[-1])
    client = deploy("client", TopicArn=TOPIC, QueueName=QUEUE)
    _put_the_rest(client["QueueUrl"])
    return topic | client


def _put_the_rest(url: str) -> None:
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    values = {'{"Fn::GetAtt": ["Queue", "Arn"]}': arn, '{"Ref": "TopicArn"}': TOPIC, '{"Ref": "Queue"}': url}
    policy, subscription = (
        _resolved(of_type(read("client"), kind), values) for kind in ("AWS::SQS::QueuePolicy", "AWS::SNS::Subscription")
    )
    assert policy["Queues"] == [url]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy["PolicyDocument"])})
    raw = json.dumps(subscription.pop("RawMessageDelivery"))
    sns.subscribe(**subscription, Attributes={"RawMessageDelivery": raw})


def _resolved(resources: Made, values: dict[str, str]) -> Made:
    (text,) = map(json.dumps, resources.values())
    for reference, value in values.items():
        text = text.replace(reference, json.dumps(value))
    return dict(json.loads(text))


def made() -> Made:
    """Return everything that there is in SNS and SQS."""
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    queues = {}
    for url in sqs.list_queues()["QueueUrls"]:
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        queues[url] = {name: _meant(value) for name, value in found.items() if name not in VARYING}
    topics = [
        sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"] for topic in sns.list_topics()["Topics"]
    ]
    subscriptions = [
        sns.get_subscription_attributes(SubscriptionArn=each["SubscriptionArn"])["Attributes"]
        for each in sns.list_subscriptions()["Subscriptions"]
    ]
    for each in subscriptions:
        del each["SubscriptionArn"]
    return {"queues": queues, "topics": topics, "subscriptions": subscriptions}


def _meant(value: str) -> Any:
    read = json.loads(value) if value.startswith("{") else value.lower()
    if isinstance(read, dict) and "maxReceiveCount" in read:
        read["maxReceiveCount"] = int(read["maxReceiveCount"])
    return read


def test_they_make_what_provision_makes_and_it_finds_all_in_order() -> None:
    with mock_aws():
        provisioner = Provisioner(TOPIC)
        lines = [*provisioner.topic(), *provisioner.subscriber(QUEUE)]
        by_command = made()
    with mock_aws():
        outputs = deployed()
        by_template = made()
        provisioner = Provisioner(TOPIC)
        found = [*provisioner.topic(), *provisioner.subscriber(QUEUE)]
    assert by_template == by_command
    assert by_command["topics"][0]["KmsMasterKeyId"]
    assert lines[-1] == f"SQS_REACTIVE_TABLES={outputs['QueueUrl']}"
    assert outputs["TopicArn"] == TOPIC
    assert [line for line in found[:-1] if not line.endswith(": in order")] == []


def read(name: str) -> Made:
    """Return the resources of a template."""
    template, problems = cfnlint.decode.decode_str((TEMPLATES / f"{name}.yml").read_text())
    assert problems == []
    assert template is not None
    return dict(template["Resources"])


def of_type(resources: Made, kind: str) -> Made:
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}


def test_alarms_watch_the_topic_and_both_queues() -> None:
    topic, client = (of_type(read(name), "AWS::CloudWatch::Alarm") for name in ("topic", "client"))
    watched = {
        name: {(each["MetricName"], json.dumps(each["Dimensions"][0]["Value"])) for each in measured(alarm).values()}
        for name, alarm in (topic | client).items()
    }
    queue, dead_letters = (json.dumps({"Fn::GetAtt": [name, "QueueName"]}) for name in ("Queue", "DeadLetters"))
    assert watched == {
        "Undelivered": {("NumberOfNotificationsFailed", '{"Ref": "TopicName"}')},
        "Late": {("ApproximateAgeOfOldestMessage", queue)},
        "StandsStill": {
            ("ApproximateNumberOfMessagesVisible", queue),
            ("ApproximateNumberOfMessagesNotVisible", queue),
            ("NumberOfMessagesDeleted", queue),
        },
        "Dead": {("ApproximateNumberOfMessagesVisible", dead_letters)},
    }
    assert all(each["AlarmActions"]["Fn::If"][0] == "SomebodyIsTold" for each in (topic | client).values())
    told = OPERATIONS.read_text()
    for each in (topic | client).values():
        name = each["AlarmName"]["Fn::Sub"].replace("${TopicName}", "<topic>").replace("${QueueName}", "<queue>")
        assert f"\n| `{name}` | " in told


def measured(alarm: Made) -> Made:
    """Return the metrics that an alarm reads, by their names in its expression."""
    if "Metrics" not in alarm:
        return {"": alarm}
    return {each["Id"]: each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each}


@pytest.mark.parametrize(
    ("waiting", "flying", "finished", "still"),
    [(3, 0, 0, 1), (0, 3, 0, 1), (3, 3, 7, 0), (0, 0, 0, 0), (0, 0, 7, 0)],
)
def test_the_queue_stands_still_when_something_is_there_and_nothing_is_finished(
    waiting: int, flying: int, finished: int, still: int
) -> None:
    alarm = of_type(read("client"), "AWS::CloudWatch::Alarm")["StandsStill"]
    (rule,) = (each for each in alarm["Metrics"] if each.get("ReturnData", True))
    sums = {each["Id"]: each["MetricStat"] for each in alarm["Metrics"] if "MetricStat" in each}
    assert {each["Period"] * alarm["EvaluationPeriods"] for each in sums.values()} == {600}
    assert (sums["finished"]["Stat"], alarm["TreatMissingData"]) == ("Sum", "notBreaching")
    # metric math, for one minute, as Python has it
    names = {"waiting": waiting, "flying": flying, "finished": finished}
    functions = {"IF": lambda condition, then, other: then if condition else other, "FILL": lambda value, _: value}
    found = eval(rule["Expression"].replace(" AND ", " and "), {**functions, **names})  # noqa: S307 - of our template
    assert found == still
    assert (found >= alarm["Threshold"]) == bool(still)


def test_policies_allow_what_operations_says_and_no_more() -> None:
    allowed = {
        (name, tuple(sorted(flat(statement["Action"]))))
        for template in ("topic", "client")
        for name, policy in of_type(read(template), "AWS::IAM::ManagedPolicy").items()
        for statement in policy["PolicyDocument"]["Statement"]
    }
    assert allowed == set(told())


def told() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the rows of the table in operations, each under the name of the policy that it says."""
    policy = ""
    for line in OPERATIONS.read_text().splitlines():
        if (row := ROW.fullmatch(line)) and "provision" not in row["who"]:
            policy = named[1] if (named := re.search(r"policy `(\w+)`", row["who"])) else policy
            yield policy, tuple(sorted(re.findall(r"`(\w+:\w+)`", row["actions"])))


def flat(action: str | list[str]) -> list[str]:
    return [action] if isinstance(action, str) else action


@pytest.mark.parametrize("name", ["topic", "client"])
def test_cloudformation_would_take_them(name: str) -> None:
    found = cfnlint.api.lint_all((TEMPLATES / f"{name}.yml").read_text())
    assert [str(match) for match in found if match.rule.severity != "informational"] == []
