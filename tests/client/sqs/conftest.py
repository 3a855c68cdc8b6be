"""What the tests of sqs share: a queue, of moto's or of ours."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from pytest_django import Settings

from client.sqs import dead_letters, queue
from tests.client.sqs.queues import FakeQueue, MotoQueue


@pytest.fixture
def sqs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[MotoQueue]:
    """Give this client's queue with its dead-letter queue, on moto."""
    monkeypatch.setattr(dead_letters, "WAIT_SECONDS", 0)
    with mock_aws():
        _forget_clients()
        made = MotoQueue(boto3.client("sqs"))
        settings.SQS_REACTIVE_TABLES = made.url
        yield made
        _forget_clients()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeQueue:
    """Give a queue that remembers what was done to it."""
    made = FakeQueue()
    monkeypatch.setattr("client.sqs.signals.queue", made)
    return made


def _forget_clients() -> None:
    for made in (queue.client, queue._receiving_client, queue.dead_letter_url):
        made.cache_clear()
