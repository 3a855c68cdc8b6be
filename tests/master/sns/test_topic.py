"""Messages go out in as few calls as SNS's limits allow, and failures are told from refusals."""

from itertools import pairwise

import pytest
from botocore.exceptions import ReadTimeoutError
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from master.sns import topic
from master.sns.topic import CALL_BYTES, CALL_MESSAGES, CallRefusedError, Message, Refusal, ServiceFailedError, calls
from tests.master.aws import provisioned
from tests.master.outbox.fakes import CALL_BYTES as AWS_BYTES
from tests.master.outbox.fakes import Entry, FakeSns, error, unreachable, weight

SIZES = st.integers(1, 2_000) | st.integers(1, 70_000) | st.integers(200_000, 300_000)


def message(body: str = "[]", table: str = "users", count: int = 1) -> Message:
    return Message(table=table, count=count, body=body)


def of_size(size: int) -> Message:
    return message("x" * size, table="t" * 1_024, count=100)


@given(st.lists(SIZES, max_size=100))
def test_calls_keep_order_and_limits_and_are_as_full_as_they_may_be(sizes: list[int]) -> None:
    messages = [of_size(size) for size in sizes]
    groups = list(calls(messages))
    assert [each for group in groups for each in group] == messages
    for group in groups:
        assert 1 <= len(group) <= CALL_MESSAGES
        assert len(group) == 1 or sum(len(each.body) for each in group) <= CALL_BYTES
    for group, following in pairwise(groups):
        full = sum(len(each.body) for each in [*group, following[0]]) > CALL_BYTES
        assert len(group) == CALL_MESSAGES or full


def test_small_messages_go_out_ten_a_call() -> None:
    assert [len(group) for group in calls([message()] * 25)] == [10, 10, 5]


@given(st.lists(st.integers(1, 70_000), min_size=1, max_size=100))
def test_what_sns_counts_of_a_call_with_the_longest_attributes_stays_within_its_limit(sizes: list[int]) -> None:
    for group in calls([of_size(size) for size in sizes]):
        entries: list[Entry] = [dict(topic._entry(index, each)) for index, each in enumerate(group)]
        assert sum(map(weight, entries)) <= AWS_BYTES


@pytest.fixture
def sns(monkeypatch: pytest.MonkeyPatch) -> FakeSns:
    fake = FakeSns()
    monkeypatch.setattr(topic, "client", lambda: fake)
    return fake


def test_each_message_has_an_answer_of_its_own(sns: FakeSns) -> None:
    sns.guilty, sns.unlucky = ("guilty",), ("unlucky",)
    assert topic.publish_batch([message("fine"), message("guilty"), message("unlucky"), message("fine too")]) == [
        None,
        Refusal(reason="InvalidParameter: bad character", content=True),
        Refusal(reason="InternalError: bad luck", content=False),
        None,
    ]
    assert sns.accepted == ["fine", "fine too"]


@pytest.mark.parametrize("code", ["BatchRequestTooLong", "InvalidParameter", "ValidationError"])
def test_a_call_refused_for_what_it_carries(sns: FakeSns, code: str) -> None:
    sns.failure = error(code, "because")
    with pytest.raises(CallRefusedError, match=f"{code}: because"):
        topic.publish_batch([message()])


@pytest.mark.parametrize(
    "failure",
    [
        unreachable(),
        ReadTimeoutError(endpoint_url="https://sns"),
        error("Throttled", "because"),
        error("InternalError", "because"),
        error("NotFound", "because"),
        error("InvalidClientTokenId", "because"),
        error("KMSThrottling", "because"),
    ],
)
def test_a_call_failed_by_the_service(sns: FakeSns, failure: Exception) -> None:
    sns.failure = failure
    with pytest.raises(ServiceFailedError):
        topic.publish_batch([message()])


def test_ten_messages_too_large_for_one_call_are_refused_whole_by_the_fake(sns: FakeSns) -> None:
    with pytest.raises(CallRefusedError, match="BatchRequestTooLong"):
        topic.publish_batch([of_size(26_000) for _ in range(10)])
    with pytest.raises(ServiceFailedError, match="TooManyEntries"):
        topic.publish_batch([message()] * 11)


def test_the_queue_receives_body_and_attributes_as_they_were_sent() -> None:
    with provisioned() as queue:
        assert topic.publish_batch([message('[{"a":1}]', count=7)]) == [None]
        answer = queue.sqs.receive_message(QueueUrl=queue.url, MessageAttributeNames=["All"])
    (received,) = answer["Messages"]
    assert received["Body"] == '[{"a":1}]'
    assert {name: each["StringValue"] for name, each in received["MessageAttributes"].items()} == {
        "table": "users",
        "count": "7",
    }


def test_the_client_gives_up_soon() -> None:
    with provisioned():
        config = topic.client().meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 5)
    assert config.retries["total_max_attempts"] == 2
    assert settings.SNS_REACTIVE_TABLE_ARN.startswith("arn:")
