"""What SNS refuses stands alone, stays and is tried again; an outage costs no attempt; nothing holds up the others."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from prometheus_client import REGISTRY

from master.outbox import publisher
from master.outbox.models import OutboxRow
from master.outbox.publisher import publish_pending
from master.users.models import User
from tests.master.outbox.fakes import Clock, FakeSns, error, unreachable
from tests.master.outbox.rows import let_time_pass, name_of, pending, row_of
from tests.master.people import made_user, made_users
from tests.master.things.models import Label, Thing

pytestmark = pytest.mark.django_db


def test_of_a_refused_message_the_guilty_row_alone_stays(sns: FakeSns) -> None:
    users = made_users(100)
    guilty = users[41]
    User.objects.filter(pk=guilty.pk).update(last_name="guilty")
    sns.guilty = ("guilty",)
    assert publish_pending() == 99
    assert pending() == {name_of(guilty)}
    assert row_of(guilty).error == "InvalidParameter: bad character"
    assert set(sns.times_sent.values()) == {1}
    assert sns.calls <= 1 + 2 * 7


def test_of_a_call_refused_whole_the_guilty_row_alone_stays(sns: FakeSns) -> None:
    users = made_users(500)
    guilty = users[123]
    User.objects.filter(pk=guilty.pk).update(last_name="poison")
    sns.poison = ("poison",)
    assert publish_pending() == 499
    assert pending() == {name_of(guilty)}
    assert row_of(guilty).error == "InvalidParameter: something in it"
    assert set(sns.times_sent.values()) == {1}


def test_a_partial_failure_of_the_service_keeps_its_message_and_no_other(sns: FakeSns) -> None:
    users = made_users(200)
    User.objects.filter(pk=users[7].pk).update(last_name="unlucky")
    sns.unlucky = ("unlucky",)
    assert publish_pending() == 100
    assert sns.calls == 1
    assert row_of(users[7]).error == "InternalError: bad luck"
    sns.unlucky = ()
    let_time_pass()
    assert publish_pending() == 100
    assert pending() == set()


def test_a_refused_row_waits_longer_each_time_and_goes_out_when_mended(sns: FakeSns) -> None:
    ada = made_user(last_name="guilty")
    sns.guilty = ("guilty",)
    shortest, longest = [], []  # that each pause may have been: nobody knows just when it began
    for attempt in range(1, 12):
        began = timezone.now()
        publish_pending()
        row = row_of(ada)
        shortest.append((row.due_at - timezone.now()).total_seconds())
        longest.append((row.due_at - began).total_seconds())
        assert row.attempts == attempt
        OutboxRow.objects.update(due_at=row.due_at + timedelta(minutes=1))  # a busy machine may sleep over a second
        assert publish_pending() == 0
        let_time_pass()
    assert shortest[0] <= 1
    assert longest[0] >= 0.5
    assert shortest[-1] <= 300
    assert longest[-1] >= 150
    assert shortest[0] < longest[3]
    assert shortest[3] < longest[7]
    User.objects.update(last_name="mended")
    row = row_of(ada)
    assert (row.attempts, row.error) == (0, "")
    assert publish_pending() == 1


def test_a_refused_row_is_logged_with_its_name_and_reason(sns: FakeSns, caplog: pytest.LogCaptureFixture) -> None:
    ada = made_user(last_name="guilty")
    sns.guilty = ("guilty",)
    publish_pending()
    (record,) = [record for record in caplog.records if record.message == "refused"]
    assert (record.__dict__["table"], record.__dict__["key"]) == ("users", str(ada.uid))
    assert record.__dict__["error.message"] == "InvalidParameter: bad character"


@pytest.mark.parametrize("failure", [unreachable(), error("Throttled", "slow down"), error("AuthorizationError", "no")])
def test_an_outage_uses_up_no_attempts_and_stops_claiming_for_a_while(
    sns: FakeSns, clock: Clock, failure: Exception
) -> None:
    users = made_users(300)
    sns.failure = failure
    began = time.time()
    assert publish_pending() == 0
    assert sns.calls == 1
    pause = publisher.breaker.remaining(clock.now)
    until = REGISTRY.get_sample_value("outbox_breaker_until_timestamp") or 0
    assert 0 < pause < 31
    assert began + pause <= until <= time.time() + pause
    rows = OutboxRow.objects.all()
    assert {row.attempts for row in rows} == {0}
    assert all(row.error for row in rows)
    assert all(row.due_at < timezone.now() + timedelta(seconds=31) for row in rows)
    let_time_pass()
    assert publish_pending() == 0
    assert sns.calls == 1
    clock.now += 31
    sns.failure = None
    assert publish_pending() == len(users)
    assert publisher.breaker.failures == 0


def test_of_an_outage_in_the_middle_of_a_batch_what_was_accepted_stays_accepted(sns: FakeSns) -> None:
    Label.objects.bulk_create(Label(slug=str(number), caption="x" * 50_000) for number in range(12))

    def fail_from_the_third_call() -> None:
        sns.failure = unreachable() if sns.calls > 2 else None

    sns.before = fail_from_the_third_call
    accepted = publish_pending()
    assert 0 < accepted < 12
    assert len(pending()) == 12 - accepted
    assert set(OutboxRow.objects.filter(published=0).values_list("attempts", flat=True)) == {0}


def test_a_batch_that_sns_answers_too_slowly_is_given_back_inside_its_lease(sns: FakeSns, clock: Clock) -> None:
    Label.objects.bulk_create(Label(slug=str(number), caption="x" * 60_000) for number in range(40))

    def take_seven_seconds() -> None:
        clock.now += 7

    sns.before = take_seven_seconds
    accepted = publish_pending()
    assert sns.calls == 3
    assert len(pending()) == 40 - accepted
    assert clock.now <= 1_000 + publisher.BATCH_SECONDS + 7


def test_a_refusal_that_comes_after_a_newer_version_does_not_count_against_it(sns: FakeSns) -> None:
    ada = made_user(last_name="guilty")
    sns.guilty = ("guilty",)
    sns.before = lambda: User.objects.update(last_name="mended") if sns.calls == 1 else None
    publish_pending()
    row = row_of(ada)
    assert (row.attempts, row.error) == (0, "")
    assert publish_pending() == 1


def test_an_outage_that_ends_after_a_newer_version_does_not_count_against_it(sns: FakeSns, clock: Clock) -> None:
    ada = made_user()

    def change_and_fail() -> None:
        User.objects.update(last_name="new")
        sns.failure = unreachable()

    sns.before = change_and_fail
    publish_pending()
    row = row_of(ada)
    assert (row.attempts, row.error) == (0, "")


def test_a_row_that_cannot_be_rendered_holds_up_no_other(sns: FakeSns) -> None:
    Thing.objects.create(number=0)
    Thing.objects.create(number=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE things_thing SET notes = (repeat('[', 3000) || repeat(']', 3000))::jsonb WHERE number = 0"
        )
    assert publish_pending() == 1
    assert pending() == {"things/0"}
    row = OutboxRow.objects.get(key="0")
    assert row.error.startswith("cannot be rendered: maximum recursion depth")
    assert row.due_at > timezone.now()


def test_rows_of_a_table_that_is_not_declared_wait_and_hold_up_no_other(sns: FakeSns) -> None:
    """During a deployment an old worker meets rows of a new table."""
    ada = made_user()
    OutboxRow.objects.filter(key=ada.uid).update(table="tomorrow", key="1")
    bob = made_user("bob")
    assert publish_pending() == 1
    assert sns.newest.keys() == {name_of(bob)}
    (row,) = OutboxRow.objects.filter(table="tomorrow")
    assert (row.published, row.attempts) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_table_that_cannot_be_read_holds_up_no_other(sns: FakeSns, caplog: pytest.LogCaptureFixture) -> None:
    """During a deployment a worker meets a table without its new column, or still with an old one."""
    Thing.objects.create(number=1)
    ada = made_user()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE things_thing RENAME COLUMN weight TO mass")
        try:
            assert publish_pending() == 1
        finally:
            cursor.execute("ALTER TABLE things_thing RENAME COLUMN mass TO weight")
    assert sns.newest.keys() == {name_of(ada)}
    (record,) = [record for record in caplog.records if record.message == "table not readable"]
    assert record.__dict__["table"] == "things"
    let_time_pass()
    assert publish_pending() == 1
