"""What is pending reaches SNS, whole and in few calls, and is not sent twice."""

import pytest
from django.utils import timezone

from master.outbox import publisher
from master.outbox.models import OutboxRow
from master.outbox.publisher import publish_pending
from master.outbox.tasks import publish
from master.users.models import User
from tests.logged import lines, one
from tests.master.outbox.fakes import Clock, FakeSns
from tests.master.outbox.rows import let_time_pass, name_of, pending, row_of, version_of
from tests.master.people import made_user, made_users
from tests.master.things.models import Label

pytestmark = pytest.mark.django_db


def test_a_new_user_is_published_with_all_that_a_client_needs(sns: FakeSns) -> None:
    ada = made_user("ada", first_name="Ada", last_name="Lovelace", email="ada@example.org")
    assert publish_pending() == 1
    assert sns.events == [
        {
            "table": "users",
            "key": str(ada.uid),
            "version": version_of(ada),
            "op": "upsert",
            "row": {
                "username": "ada",
                "first_name": "Ada",
                "last_name": "Lovelace",
                "email": "ada@example.org",
                "is_active": True,
            },
        }
    ]
    assert pending() == set()


def test_what_is_published_is_not_published_again(sns: FakeSns) -> None:
    made_user()
    publish.apply()
    assert publish_pending() == 0
    let_time_pass()
    assert publish_pending() == 0
    assert sns.calls == 1


def test_with_nothing_pending_nothing_is_called(sns: FakeSns) -> None:
    assert publish_pending() == 0
    assert sns.calls == 0


def test_a_deleted_user_is_published_as_deleted(sns: FakeSns) -> None:
    ada = made_user()
    publish_pending()
    name = name_of(ada)
    ada.delete()
    publish_pending()
    assert sns.events[-1]["op"] == "delete"
    assert "row" not in sns.events[-1]
    assert sns.newest == {name: None}


def test_many_changes_of_one_user_are_published_as_the_last(sns: FakeSns) -> None:
    ada = made_user()
    for number in range(5):
        User.objects.update(last_name=f"name {number}")
    assert publish_pending() == 1
    assert sns.newest[name_of(ada)]["last_name"] == "name 4"


def test_a_thousand_changes_cost_few_calls(sns: FakeSns) -> None:
    users = made_users(1_000)
    assert publish_pending() == 1_000
    assert sns.calls == 4
    assert sns.newest.keys() == {name_of(user) for user in users}
    assert set(sns.times_sent.values()) == {1}


def test_large_rows_are_spread_over_calls_that_sns_accepts(sns: FakeSns) -> None:
    Label.objects.bulk_create(Label(slug=str(number), caption="é" * 9_000) for number in range(60))
    assert publish_pending() == 60
    assert sns.calls > 10
    assert pending() == set()


def test_a_row_larger_than_sns_takes_stays_alone_with_the_reason(sns: FakeSns) -> None:
    Label.objects.create(slug="huge", caption="x" * 300_000)
    Label.objects.bulk_create(Label(slug=str(number), caption="x" * 50_000) for number in range(9))
    assert publish_pending() == 9
    assert pending() == {"labels/huge"}
    row = OutboxRow.objects.get(key="huge")
    assert row.error.startswith("BatchRequestTooLong")
    assert row.due_at > timezone.now()


def test_a_long_backlog_ends_a_run_without_being_taken_for_an_outage(sns: FakeSns, clock: Clock) -> None:
    made_users(3_000)

    def take_four_seconds() -> None:
        clock.now += 4

    sns.before = take_four_seconds
    accepted = publish_pending()
    assert 1_500 <= accepted <= 2_500  # what is claimed while SNS has the batch before is sent after it
    assert sns.calls == accepted / 250
    assert publisher.breaker.failures == 0
    assert set(OutboxRow.objects.filter(published=0).values_list("attempts", "error")) == {(0, "")}


def test_a_newer_version_made_while_the_older_travels_stays_pending(sns: FakeSns) -> None:
    ada = made_user(last_name="old")
    old = version_of(ada)
    sns.before = lambda: User.objects.update(last_name="new") if sns.calls == 1 else None
    publish_pending()
    row = row_of(ada)
    assert row.published == old
    assert pending() == {name_of(ada)}
    sns.before = lambda: None
    publish_pending()
    assert sns.newest[name_of(ada)]["last_name"] == "new"
    assert pending() == set()


def test_what_it_does_is_counted(sns: FakeSns) -> None:
    def counted(table: str) -> tuple[float, float]:
        metrics = publisher.metrics
        return metrics.published.labels(table)._value.get(), metrics.refused.labels(table)._value.get()

    accepted, refused = counted("labels")
    Label.objects.bulk_create([Label(slug="a"), Label(slug="b", caption="guilty"), Label(slug="c")])
    sns.guilty = ("guilty",)
    publish_pending()
    assert counted("labels") == (accepted + 2, refused + 1)


def test_every_event_names_its_source_and_the_trace_of_its_batch(
    sns: FakeSns,
) -> None:
    made_users(3)
    with lines() as said:
        publish_pending()
    (body,) = sns.accepted
    assert body.count('"source":"/reactive-tables/master"') == 3
    assert body.count(f'"traceparent":"00-{one(said, "published")["trace"]["id"]}-') == 3
