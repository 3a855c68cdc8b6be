"""The outbox in the admin: found, filtered, never changed, sent again by those who may."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from master.outbox import admin as module
from master.outbox.models import OutboxRow
from master.outbox.publisher import publish_pending
from master.outbox.queries import NO_SEQUENTIAL_SCANS
from master.users.models import User
from tests.master.database import sql
from tests.master.outbox.admins import helper, said
from tests.master.outbox.fakes import FakeSns
from tests.master.outbox.rows import capturing, name_of, row_of
from tests.master.people import made_user, made_users
from tests.master.things.models import Label

pytestmark = pytest.mark.django_db

LIST = "admin:outbox_outboxentry_changelist"


@pytest.fixture
def root(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def listed(admin: Client, **query: str) -> list[str]:
    answer = admin.get(reverse(LIST), query)
    assert answer.status_code == 200
    return [entry.id for entry in answer.context["cl"].result_list]


def send_again(admin: Client, *names: str, **more: str) -> Any:
    form = {"action": "send_again", ACTION_CHECKBOX_NAME: list(names), **more}
    return admin.post(reverse(LIST), form, follow=True)


def page_of(name: str) -> str:
    return reverse("admin:outbox_outboxentry_change", args=[quote(name)])


def test_the_list_shows_every_row_with_what_one_wants_to_know(root: Client, sns: FakeSns) -> None:
    ada = made_user("ada")
    sns.guilty = ("ada",)
    publish_pending()
    Label.objects.create(slug="a").delete()
    assert listed(root) == ["labels/a", name_of(ada)]
    page = root.get(reverse(LIST)).content.decode()
    row = row_of(ada)
    for shown in (name_of(ada), row.version, row.error):
        assert str(shown) in page
    for column in ("version", "published", "deleted", "changed_at", "attempts", "due_at", "error"):
        assert f"column-{column}" in page


def test_filters(root: Client, sns: FakeSns) -> None:
    ada, bob = made_user("ada"), made_user("bob")
    sns.guilty = ("bob",)
    publish_pending()
    eve = made_user("eve")
    Label.objects.create(slug="a")
    OutboxRow.objects.filter(key=eve.uid).update(changed_at=timezone.now() - timedelta(hours=1))
    assert listed(root, status="pending") == [name_of(eve), name_of(bob), "labels/a"]
    assert listed(root, status="failing") == [name_of(bob)]
    assert listed(root, status="pending", of="labels") == ["labels/a"]
    assert set(listed(root, of="users")) == {name_of(ada), name_of(bob), name_of(eve)}


def test_rows_are_found_by_whole_keys(root: Client) -> None:
    ada, bob = made_user("ada"), made_user("bob")
    made_user("eve")
    Label.objects.create(slug="a/b c")
    assert listed(root, q=str(ada.uid)) == [name_of(ada)]
    assert listed(root, q=name_of(ada)) == [name_of(ada)]
    assert set(listed(root, q=f"{ada.uid} {name_of(bob)}")) == {name_of(ada), name_of(bob)}
    assert listed(root, q="a/b c") == ["labels/a/b c"]
    assert listed(root, q="labels/a/b c") == ["labels/a/b c"]
    assert listed(root, q=str(ada.uid)[:8]) == []
    assert len(listed(root, q=" ")) == 4


@pytest.mark.parametrize("slug", ["a/b", "ü ß", "_2F", "%", '"<b>'])
def test_a_row_has_a_page_to_read_whatever_its_key(root: Client, slug: str) -> None:
    Label.objects.create(slug=slug)
    answer = root.get(page_of(f"labels/{slug}"))
    assert answer.status_code == 200
    assert answer.context["original"].key == slug
    page = answer.content.decode()
    assert 'name="_save"' not in page
    assert 'name="version"' not in page


def test_a_row_that_is_not_there_leads_back(root: Client) -> None:
    for name in ("users/nobody", "nothing", "users/\0"):
        assert root.get(page_of(name)).status_code == 302


def test_nothing_can_be_added_changed_or_deleted(root: Client) -> None:
    name = name_of(made_user())
    with capturing() as captured:
        assert root.get(reverse("admin:outbox_outboxentry_add")).status_code == 403
        assert root.post(reverse("admin:outbox_outboxentry_add"), {"id": "users/x"}).status_code == 403
        assert root.post(page_of(name), {"version": "7"}).status_code == 403
        assert (
            root.post(reverse("admin:outbox_outboxentry_delete", args=[quote(name)]), {"post": "yes"}).status_code
            == 403
        )
        root.post(reverse(LIST), {"action": "delete_selected", ACTION_CHECKBOX_NAME: [name], "post": "yes"})
    assert captured == {}
    assert OutboxRow.objects.count() == 1


def test_selected_rows_are_sent_again_and_the_history_tells_by_whom(root: Client) -> None:
    users = made_users(3)
    label = Label.objects.create(slug="a/b")
    names = [name_of(users[0]), name_of(users[2]), f"labels/{label.slug}"]
    with capturing() as captured:
        answer = send_again(root, *names)
    assert captured.keys() == set(names)
    assert said(answer) == [
        "users: 2 rows have a new version and are sent again.",
        "labels: 1 row has a new version and is sent again.",
    ]
    assert set(LogEntry.objects.values_list("object_id", "user__username")) == {(name, "root") for name in names}
    history = root.get(reverse("admin:outbox_outboxentry_history", args=[quote(names[0])])).content.decode()
    assert "Sent again" in history


@pytest.mark.parametrize("names", [("people/1",), ("users/nobody",), ("users",)])
def test_what_cannot_be_sent_again_is_said(root: Client, names: tuple[str, ...]) -> None:
    with capturing() as captured:
        (sentence,) = said(send_again(root, *names))
    assert captured == {}
    assert "is not replicated" in sentence or "nothing was done" in sentence


def test_for_a_whole_table_there_is_another_page(root: Client) -> None:
    name = name_of(made_user())
    with capturing() as captured:
        assert said(send_again(root, name, select_across="1")) == [
            "Nothing was done. For whole tables there is “Send whole tables again”."
        ]
    assert captured == {}


def test_who_may_look_may_not_send_again(client: Client) -> None:
    name = name_of(made_user())
    looker = helper(client, "view_outboxentry")
    assert listed(looker) == [name]
    assert looker.get(page_of(name)).status_code == 200
    with capturing() as captured:
        send_again(looker, name)
    assert captured == {}


def test_who_has_the_permission_may_send_again(client: Client) -> None:
    name = name_of(made_user())
    sender = helper(client, "view_outboxentry", "republish_outboxentry")
    with capturing() as captured:
        send_again(sender, name)
    assert captured.keys() == {name}


def test_staff_without_permission_see_nothing(client: Client) -> None:
    assert helper(client).get(reverse(LIST)).status_code == 403


def test_more_rows_cost_no_more_queries(root: Client) -> None:
    counts = []
    for number in (1, 60):
        User.objects.bulk_create(User(username=f"{number}-{n}") for n in range(number))
        with CaptureQueriesContext(connection) as queries:
            listed(root)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_counting_stops_at_the_cap(root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made_users(7)
    assert root.get(reverse(LIST)).context["cl"].result_count == 7
    monkeypatch.setattr(module, "COUNTED_ROWS", 5)
    assert root.get(reverse(LIST)).context["cl"].result_count == 5


@pytest.mark.parametrize(
    "query", [{}, {"of": "users"}, {"status": "pending"}, {"status": "failing"}, {"q": "users/k77"}, {"p": "20"}]
)
def test_no_list_reads_the_whole_outbox(root: Client, query: dict[str, str]) -> None:
    _many_rows()
    with CaptureQueriesContext(connection) as captured:
        assert root.get(reverse(LIST), query).status_code == 200
    statements = [each["sql"] for each in captured if "outbox_" in each["sql"]]
    assert statements
    for statement in statements:
        assert _rows_read(statement) < 20_000, statement


def test_no_page_and_no_action_reads_the_whole_outbox(root: Client) -> None:
    _many_rows()
    with CaptureQueriesContext(connection) as captured:
        assert root.get(page_of("users/k77")).status_code == 200
        send_again(root, "users/k77", "users/k78")
    assert NO_SEQUENTIAL_SCANS in [each["sql"] for each in captured]  # of the list that follows the action
    for statement in (each["sql"] for each in captured if 'FROM "outbox_' in each["sql"]):
        assert _rows_read(statement) < 20_000, statement


def _many_rows() -> None:
    """Fill the outbox with 50,000 rows, of which five are pending."""
    sql(
        "INSERT INTO outbox_row SELECT 'users', 'k' || n, n, false, now(), CASE WHEN n % 10000 = 0 THEN 0 ELSE n END, "
        "now(), 0, CASE WHEN n % 10000 = 0 THEN 'no' ELSE '' END FROM generate_series(1, 50000) n"
    )
    sql("ANALYZE outbox_row")


def _rows_read(statement: str) -> int:
    """Return how many rows of the outbox a statement of a list looks at."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(NO_SEQUENTIAL_SCANS)
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        ((plans,),) = cursor.fetchall()
    return sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in _nodes(plans[0]["Plan"])
        if "Relation Name" in node
    )


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in _nodes(child))]
