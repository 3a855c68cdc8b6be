"""What master rolls back shows nowhere; a later change, which arrives, proves that nothing is still on its way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import frames_of, without_reload
from tests.e2e.console import Console
from tests.e2e.people import People

BY_THE_ORM = """
from django.db import transaction
from master.users.models import User

with transaction.atomic():
    User.objects.create(username=phantom)
    user = User.objects.get(uid=uid)
    user.first_name = "Phantom"
    user.save()
    User.objects.filter(uid=other).delete()
    transaction.set_rollback(True)
"""
BY_SQL = """
from django.db import connection

with connection.cursor() as cursor:
    cursor.execute("BEGIN")
    cursor.execute("UPDATE users_user SET username = %s, first_name = 'Phantom' WHERE uid = %s", [phantom, uid])
    cursor.execute("DELETE FROM users_user WHERE uid = %s", [other])
    cursor.execute("ROLLBACK")
"""


@pytest.mark.parametrize("code", [BY_THE_ORM, BY_SQL], ids=["by the ORM", "by SQL"])
def test_a_rolled_back_transaction_shows_nowhere(
    code: str, master: Console, people: People, visit: Callable[..., Page]
) -> None:
    person, other, reader = people.create(first_name="Ada"), people.create("other"), people.create("reader")
    phantom = people.name("phantom")
    pages = [visit(reader.username, "/directory/", client=client) for client in people.clients]
    frames = [frames_of(page) for page in pages]
    with without_reload(*pages):
        master(code, phantom=phantom, uid=person.uid, other=other.uid)
        for marker in (person, other):
            people.save(marker, last_name="Marker")
            people.wait_for(marker, last_name="Marker", username=marker.username)
            for page in pages:
                expect(page.locator(f"tr[data-uid='{marker.uid}'] [data-field=last_name]")).to_have_text("Marker")
    for page in pages:
        expect(page.locator(f"tr[data-uid='{person.uid}'] [data-field=first_name]")).to_have_text("Ada")
        expect(page.locator("#users tr", has_text=phantom)).to_have_count(0)
    told = [frame.lower() for each in frames for frame in each]
    assert any("marker" in frame for frame in told)
    assert not any("phantom" in frame for frame in told)
