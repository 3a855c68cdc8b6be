"""Whole tables are sent again from the admin, by a worker, for those who may."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from master.celery import app
from master.outbox import tasks
from master.outbox.models import OutboxRow
from master.outbox.whole import UNREACHABLE
from tests.master.outbox.admins import helper, said
from tests.master.outbox.rows import capturing, name_of
from tests.master.people import made_users
from tests.master.things.models import Label

pytestmark = pytest.mark.django_db

LIST, WHOLE = "admin:outbox_outboxentry_changelist", "admin:outbox_outboxentry_whole"
SENDER, RESTORER = "republish_outboxentry", "advance_versions"


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tasks be done as soon as they are asked for."""
    monkeypatch.setitem(app.conf, "task_always_eager", True)
    monkeypatch.setitem(app.conf, "task_eager_propagates", True)


def ask(admin: Client, **form: Any) -> Any:
    return admin.post(reverse(WHOLE), form, follow=True)


def test_the_list_leads_those_there_who_may(client: Client) -> None:
    looker = helper(client, "view_outboxentry")
    assert reverse(WHOLE) not in looker.get(reverse(LIST)).content.decode()
    assert looker.get(reverse(WHOLE)).status_code == 403
    assert ask(looker, republish="x", tables=["users"]).status_code == 403


def test_chosen_tables_are_sent_again(client: Client) -> None:
    sender = helper(client, "view_outboxentry", SENDER)
    users, _ = made_users(3), Label.objects.create(slug="a")
    assert reverse(WHOLE) in sender.get(reverse(LIST)).content.decode()
    with capturing() as captured:
        answer = ask(sender, republish="x", tables=["users"])
    assert captured.keys() == {name_of(user) for user in users}
    assert said(answer) == ["Sent again, by a worker: users."]
    logged = LogEntry.objects.values_list("user", "content_type__model", "change_message").get()
    assert logged == (answer.wsgi_request.user.pk, "outboxentry", "Sent again, by a worker: users.")


@pytest.mark.parametrize("tables", [[], ["nothing"], ["users", "nothing"]])
def test_what_is_no_table_is_refused(client: Client, tables: list[str]) -> None:
    sender = helper(client, "view_outboxentry", SENDER)
    made_users(2)
    with capturing() as captured:
        answer = ask(sender, republish="x", tables=tables)
    assert captured == {}
    assert answer.context["form"].errors["tables"]


def test_after_a_restore_versions_are_advanced_by_who_may_and_says_so(client: Client) -> None:
    restorer = helper(client, "view_outboxentry", SENDER, RESTORER)
    names = {name_of(user) for user in made_users(2)}
    with capturing() as captured:
        assert ask(restorer, advance="x").context["advance"].errors["understood"]
        assert captured == {}
        ask(restorer, advance="x", understood="on")
    assert captured.keys() == names
    assert "Versions are advanced" in LogEntry.objects.get().change_message
    assert min(OutboxRow.objects.values_list("version", flat=True)) > 10**12


def test_who_may_send_again_may_not_advance(client: Client) -> None:
    sender = helper(client, "view_outboxentry", SENDER)
    made_users(2)
    assert "Advance versions" not in sender.get(reverse(WHOLE)).content.decode()
    with capturing() as captured:
        ask(sender, advance="x", understood="on")
    assert captured == {}


def test_while_the_workers_cannot_be_reached_nothing_is_done(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.republish_tables, "apply_async", refuse)
    sender = helper(client, "view_outboxentry", SENDER)
    made_users(1)
    with capturing() as captured:
        assert said(ask(sender, republish="x", tables=["users"])) == [str(UNREACHABLE)]
    assert captured == {}
