"""A publisher with a strict SNS, a closed breaker and a clock that stands."""

import pytest

from master.outbox import publisher
from master.outbox.backoff import Breaker
from master.sns import topic
from tests.master.outbox.fakes import Clock, FakeSns


@pytest.fixture
def sns(monkeypatch: pytest.MonkeyPatch) -> FakeSns:
    fake = FakeSns()
    monkeypatch.setattr(topic, "client", lambda: fake)
    monkeypatch.setattr(publisher, "breaker", Breaker())
    return fake


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    fake = Clock()
    monkeypatch.setattr(publisher, "time", fake)
    return fake
