"""`save()` of a replicated row writes the client's own columns, and of a local row everything."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import update_last_login
from django.db import connection
from django.forms import modelform_factory
from django.test.utils import CaptureQueriesContext

from client.users.models import User
from tests.client.replication.things import apply_things, thing
from tests.client.replication.users import ADA, apply_users, held, user
from tests.client.things.models import Thing

# Replicated columns are guarded by a trigger as well: these saves come through because they leave them out.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def loaded() -> User:
    """Return a row as it was before a rename on master."""
    apply_users(user(ADA, 1, "ada", first_name="Ada"))
    row = held(ADA)
    apply_users(user(ADA, 2, "augusta", first_name="Augusta"))
    return row


def assert_renamed(**own: Any) -> None:
    now = held(ADA)
    assert (now.username, now.first_name) == ("augusta", "Augusta")
    assert {name: getattr(now, name) for name in own} == own


def test_a_row_loaded_before_a_rename_and_saved_after_it_changes_its_own_columns_only(loaded: User) -> None:
    loaded.status, loaded.username = "busy", "mine"
    loaded.save()
    assert_renamed(status="busy")


def test_a_form_loaded_before_a_rename_and_saved_after_it_changes_its_own_columns_only(loaded: User) -> None:
    form_class = modelform_factory(User, fields=("username", "first_name", "status"))
    form = form_class({"username": "ada", "first_name": "Ada", "status": "busy"}, instance=loaded)
    assert form.is_valid()
    form.save()
    assert_renamed(status="busy")


def test_an_awaited_save_changes_its_own_columns_only(loaded: User) -> None:
    loaded.status = "busy"
    async_to_sync(loaded.asave)()
    assert_renamed(status="busy")


def test_only_the_update_fields_are_saved_and_of_them_its_own(loaded: User) -> None:
    loaded.status, loaded.is_staff, loaded.username = "busy", True, "mine"
    loaded.save(update_fields=["status", "username"])
    assert_renamed(status="busy", is_staff=False)


def test_update_fields_that_are_all_masters_save_nothing(loaded: User) -> None:
    loaded.username = "mine"
    with CaptureQueriesContext(connection) as queries:
        loaded.save(update_fields=["username"])
    assert not [query for query in queries.captured_queries if query["sql"].startswith("UPDATE")]
    assert_renamed()


def test_a_sign_in_is_remembered(loaded: User) -> None:
    update_last_login(User, loaded)
    assert held(ADA).last_login is not None
    assert_renamed()


def test_what_was_not_loaded_is_not_saved(loaded: User) -> None:
    row = User.objects.defer("status").get(uid=ADA)
    User.objects.filter(uid=ADA).update(status="written meanwhile")
    row.is_staff = True
    with CaptureQueriesContext(connection) as queries:
        row.save()
    assert "status" not in "".join(query["sql"] for query in queries.captured_queries)
    assert_renamed(status="written meanwhile", is_staff=True)


def test_a_new_local_row_is_saved_whole() -> None:
    User.objects.create_user("local", email="local@client.example", first_name="Lo")
    row = User.objects.get(username="local")
    row.username, row.first_name, row.status = "renamed", "Cal", "here"
    row.save()
    now = User.objects.get(pk=row.pk)
    assert (now.username, now.first_name, now.status) == ("renamed", "Cal", "here")


def test_a_local_row_with_a_key_of_its_own_is_saved_whole() -> None:
    thing_of_ours = Thing.objects.create(code=9, name="ours")
    thing_of_ours.name = "still ours"
    thing_of_ours.save()
    assert Thing.objects.get(code=9).name == "still ours"


def test_a_replica_with_another_key_saves_its_own_columns_only() -> None:
    apply_things(thing(1, 1, name="lamp"))
    row = Thing.objects.get(code=1)
    apply_things(thing(1, 2, name="light"))
    row.shelf = "top"
    row.save()
    now = Thing.objects.get(code=1)
    assert (now.name, now.shelf) == ("light", "top")
