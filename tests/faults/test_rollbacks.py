"""What master rolls back reaches no client: no row, no guard, no version."""

import pytest

from stack.waiting import wait_until
from tests.e2e.console import Console
from tests.faults.world import World

PREPARE = """
from django.db import transaction
from master.users.models import User

class Back(Exception):
    pass

ada, bob = (User.objects.get_or_create(username=name)[0] for name in ("rb-ada", "rb-bob"))
User.objects.filter(pk__in=[ada.pk, bob.pk]).update(first_name="Kept", last_name="")
result = [str(ada.uid), str(bob.uid)]
"""
BEGIN = f"{PREPARE}\nphantom = User(username=name, first_name='Phantom')\nresult.append(str(phantom.uid))\n"
WAYS = {
    "a create": """
try:
    with transaction.atomic():
        phantom.save()
        raise Back
except Back: pass
""",
    "an update": """
try:
    with transaction.atomic():
        ada.first_name = "Phantom"; ada.save()
        User.objects.filter(pk=bob.pk).update(first_name="Phantom")
        raise Back
except Back: pass
""",
    "a delete": """
try:
    with transaction.atomic():
        User.objects.get(pk=ada.pk).delete()
        User.objects.filter(pk=bob.pk).delete()
        raise Back
except Back: pass
""",
    "a savepoint, between two saves that stay": """
with transaction.atomic():
    ada.last_name = "First"; ada.save()
    try:
        with transaction.atomic():
            phantom.save()
            ada.first_name = "Phantom"; ada.save()
            bob.delete()
            raise Back
    except Back: pass
    ada.first_name, ada.last_name = "Kept", "Second"; ada.save()
""",
    "a create that is tried again with the same instance": """
for attempt in (1, 2):
    try:
        with transaction.atomic():
            phantom.save()
            if attempt == 1: raise Back
    except Back:
        phantom.pk, phantom._state.adding, phantom.first_name = None, True, "Kept"
result[2] = ""
""",
    "an update that is tried again with the same instance": """
for attempt in (1, 2):
    try:
        with transaction.atomic():
            ada.first_name = "Phantom" if attempt == 1 else "Kept again"
            ada.save()
            if attempt == 1: raise Back
    except Back: pass
""",
    "a delete that is tried again with the same instance": """
gone = User.objects.create(username=name)
for attempt in (1, 2):
    key = gone.pk
    try:
        with transaction.atomic():
            gone.delete()
            if attempt == 1: raise Back
    except Back:
        gone.pk = key
""",
}

pytestmark = pytest.mark.short


@pytest.mark.parametrize("way", WAYS)
def test_what_is_rolled_back_reaches_no_client(way: str, world: World, master: Console) -> None:
    name = way.replace(" ", "-")
    ada, bob, phantom = master(BEGIN + WAYS[way], name=name)
    # What was saved later, and arrives, shows that nothing before it is still under way.
    world.master("UPDATE users_user SET email = %s WHERE uid = ANY(%s::uuid[])", f"{name}@x.org", [ada, bob])
    world.settle()
    assert world.on_client("SELECT count(*) FROM users_user WHERE first_name = 'Phantom'") == [(0,)]
    assert world.on_client('SELECT count(*) FROM replication_applied_row WHERE "key" = %s', phantom) == [(0,)]
    assert world.master('SELECT count(*) FROM outbox_row WHERE "key" = %s', phantom) == [(0,)]


def test_a_writer_that_often_rolls_back_invents_nothing(world: World) -> None:
    before, writer = world.versions(), world.write(rate=100)
    assert wait_until(lambda: world.versions() > before + 1_000, seconds=60)
    report = writer.stop()
    assert report.done["roll_back"] > 3
    world.settle()
