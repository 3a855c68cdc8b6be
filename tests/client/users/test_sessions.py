"""Sessions that know their user."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.utils import timezone

from client.celery import app
from client.users.models import Session, User
from client.users.sessions import SessionStore
from client.users.tasks import clear_expired_sessions

pytestmark = pytest.mark.django_db


def test_a_session_has_its_user_from_sign_in_on(browser: Client, ada: User) -> None:
    assert Session.objects.get().user_id == ada.pk


def test_a_session_of_nobody_has_none() -> None:
    SessionStore().create()
    assert Session.objects.get().user_id is None


@pytest.mark.django_db(transaction=True)
def test_a_session_saved_asynchronously_has_its_user_too() -> None:
    store = SessionStore()
    store["_auth_user_id"] = "42"
    async_to_sync(store.asave)()
    assert Session.objects.get().user_id == 42


def test_expired_sessions_are_cleared() -> None:
    for key, days in (("over", -1), ("alive", 1)):
        Session.objects.create(session_key=key, expire_date=timezone.now() + timedelta(days=days))
    clear_expired_sessions()
    assert Session.objects.get().session_key == "alive"


def test_beat_asks_for_a_task_that_exists() -> None:
    app.loader.import_default_modules()
    names = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "client.users.tasks.clear_expired_sessions" in names
    assert names <= set(app.tasks)
