"""While SNS has one batch, the next is made ready; and an outage stops it before it is sent."""

from threading import Event

import pytest

from master.outbox import claim as outbox
from master.outbox.claim import CLAIM_ROWS
from master.outbox.models import OutboxRow
from master.outbox.publisher import publish_pending
from tests.master.outbox.fakes import FakeSns, unreachable
from tests.master.people import made_users

pytestmark = pytest.mark.django_db
USERS = 2 * CLAIM_ROWS + 1


@pytest.fixture
def second_claim(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Return what is set once a second batch is claimed."""
    claim, claims, event = outbox.claim, [], Event()

    def count() -> dict[str, list[str]]:
        claims.append(claim())
        if len(claims) == 2:
            event.set()
        return claims[-1]

    monkeypatch.setattr(outbox, "claim", count)
    return event


def test_the_next_batch_is_claimed_while_sns_has_the_one_before(sns: FakeSns, second_claim: Event) -> None:
    made_users(USERS)
    in_time = []
    sns.before = lambda: in_time.append(second_claim.wait(timeout=10))
    assert publish_pending() == USERS
    assert all(in_time)
    assert set(sns.times_sent.values()) == {1}


@pytest.mark.usefixtures("clock")
def test_a_batch_behind_one_that_failed_is_not_sent_and_uses_up_no_attempt(sns: FakeSns, second_claim: Event) -> None:
    made_users(USERS)
    sns.failure = unreachable()
    sns.before = lambda: second_claim.wait(timeout=10)
    assert publish_pending() == 0
    assert sns.calls == 1
    assert set(OutboxRow.objects.values_list("attempts", flat=True)) == {0}
    assert OutboxRow.objects.exclude(error="").count() == 2 * CLAIM_ROWS
