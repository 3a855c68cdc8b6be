"""Local rows are linked to master's where nothing has to be guessed."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from client.pull import linking
from client.pull.linking import link, planned
from client.pull.match import Local, Theirs, plan
from client.replication.declare import replicas
from client.replication.models import AppliedRow
from client.users.models import User
from tests.client.people import a_replica, uid_of
from tests.client.pull.fake_master import FakeMaster
from tests.client.pull.users import put, row
from tests.client.replication.users import names, versions
from tests.client.things.models import Note

USERS = replicas["users"]


def local(pk: int, value: str, *, staff: bool = False) -> Local:
    return Local(pk=pk, value=value, staff=staff)


def theirs(*values: str) -> list[Theirs]:
    return [Theirs(key=f"key{number}", value=value) for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("here", "there", "reason"),
    [
        ([local(1, "ada")], theirs("ada"), None),
        ([local(1, "ada"), local(2, "ada")], theirs("ada"), "ambiguous"),
        ([local(1, "ada"), local(2, "Ada")], theirs("ada"), "ambiguous"),
        ([local(1, "ada")], theirs("ada", "ada"), "ambiguous"),
        ([local(1, "ada")], theirs("ada", "ADA"), "ambiguous"),
        ([local(1, "straße")], theirs("STRASSE"), "case"),
        ([local(1, "ada", staff=True)], theirs("ada"), "staff"),
        ([local(1, "ada", staff=True), local(2, "Ada")], theirs("ada"), "staff"),
    ],
)
def test_what_is_linked_and_what_is_left_to_people(here: list[Local], there: list[Theirs], reason: str | None) -> None:
    made = plan(here, [*there, *theirs("somebody else")])
    assert [left.reason for left in made.left_alone] == ([reason] if reason else [])
    assert [(each.pk, each.key) for each in made.links] == ([] if reason else [(1, "key0")])


names_of_people = st.lists(st.sampled_from(["ada", "Ada", "ADA", "bob", "cy", "Cy"]))


@given(names_of_people, names_of_people)
def test_nothing_is_linked_twice_or_by_another_value(here: list[str], there: list[str]) -> None:
    made = plan([local(pk, value) for pk, value in enumerate(here)], theirs(*there))
    for each in made.links:
        assert here[each.pk] == there[int(each.key[3:])] == each.value
        assert [value.lower() for value in here].count(each.value.lower()) == 1
        assert [value.lower() for value in there].count(each.value.lower()) == 1
    left = sum(len(each.values) for each in made.left_alone)
    assert len(made.links) + left + made.unknown == len(here)


def run(*options: str) -> str:
    out = StringIO()
    call_command("backfill", "users", *options, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_dry_run_says_what_would_be_done_and_does_nothing(master: FakeMaster) -> None:
    put(master, "ada", "bob", "root", "twin")
    put(master, "cy")
    a_replica("twin")
    User.objects.filter(username="twin").update()
    for name in ("ada", "Bob", "only here"):
        User.objects.create_user(name)
    User.objects.create_superuser("root")
    out = run("--match", "username")
    assert f"1 local rows have the username of one of master's, and would be linked:\n  ada -> {uid_of('ada')}" in out
    assert "differs from master's in case: Bob; on master bob" in out
    assert "may administrate this client: root" in out
    assert "not on master: 1 rows" in out
    assert "add --yes" in out
    assert names() == {uid_of("twin"): "twin"}


@pytest.mark.django_db
def test_linked_rows_keep_what_hangs_on_them_and_get_masters_values_then(
    master: FakeMaster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "PAGE_ROWS", 2)
    people = ("ada", "bob", "cy", "dee", "eve")
    put(master, *people, first_name="From Master")
    before = {name: User.objects.create_user(name, status="here") for name in people}
    note = Note.objects.create(user=before["ada"])
    assert link(USERS, "username", planned(USERS, "username").links) == 5
    assert names() == {uid_of(name): name for name in people}
    assert set(versions().values()) == {0}
    assert Note.objects.get(pk=note.pk).user.uid is not None
    assert {user.pk for user in before.values()} == set(User.objects.values_list("pk", flat=True))
    assert planned(USERS, "username").links == []


@pytest.mark.django_db
def test_what_changed_since_the_plan_is_left_alone(master: FakeMaster) -> None:
    put(master, "ada", "bob", "cy")
    ada, bob, _ = (User.objects.create_user(name) for name in ("ada", "bob", "cy"))
    links = planned(USERS, "username").links
    User.objects.filter(pk=ada.pk).update(username="renamed")
    a_replica("bob", username="arrived meanwhile")
    assert link(USERS, "username", links) == 1
    assert names() == {uid_of("bob"): "arrived meanwhile", uid_of("cy"): "cy"}
    assert set(AppliedRow.objects.values_list("key", flat=True)) == {uid_of("bob"), uid_of("cy")}
    bob.refresh_from_db()
    assert bob.uid is None


@pytest.mark.django_db
def test_an_object_that_came_before_is_not_linked_to_another_row(master: FakeMaster) -> None:
    User.objects.create_user("ada")
    a_replica("ada")
    put(master, "ada")
    made = planned(USERS, "username")
    assert (made.links, [each.reason for each in made.left_alone]) == ([], ["taken"])


@pytest.mark.django_db
def test_empty_values_match_nothing(master: FakeMaster) -> None:
    User.objects.create_user("ada")
    master.put(uid_of("bob"), row("bob"))
    assert planned(USERS, "email").links == []
    assert planned(USERS, "email").left_alone == []


@pytest.mark.parametrize("name", ["nonsense", "is_active", "password"])
def test_a_field_that_is_no_replicated_text_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match="Name one of username"):
        run("--match", name)
