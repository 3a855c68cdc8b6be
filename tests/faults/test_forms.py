"""A client's own form, loaded before a replicated rename and saved after it, changes the client's own columns only."""

import pytest

from tests.e2e.console import Console
from tests.faults.world import World

CREATE = "from master.users.models import User; result = User.objects.get_or_create(username=name)[0].uid"
CHANGE = """
from master.users.models import User

user = User.objects.get(uid=uid)
user.username, user.first_name, user.email, user.is_active = name, "Renamed", "new@example.org", True
user.save()
"""
# The form has every field, so that it would write the old values back if `save()` let it.
FORM = """
import base64, pickle
from django import forms
from client.users.models import User

class WholeForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "is_active", "status")
"""
LOAD = f"""{FORM}
kept = User.objects.get(uid=uid)
result = base64.b64encode(pickle.dumps([kept, forms.model_to_dict(kept, WholeForm.Meta.fields)])).decode()
"""
SAVE = f"""{FORM}
kept, shown = pickle.loads(base64.b64decode(opened))
form = WholeForm({{**shown, "status": "written here"}}, instance=kept)
result = form.is_valid() and bool(form.save())
"""
HELD = """
from client.users.models import User

result = User.objects.values("username", "first_name", "email", "status").get(uid=uid)
"""


@pytest.mark.short
def test_a_form_that_was_open_during_a_rename_writes_nothing_back(
    world: World, master: Console, client: Console
) -> None:
    uid = master(CREATE, name="form-before")
    world.settle()
    opened = client(LOAD, uid=uid)
    master(CHANGE, uid=uid, name="form-after")
    world.settle()
    assert client(SAVE, opened=opened)
    world.settle()
    assert client(HELD, uid=uid) == {
        "username": "form-after",
        "first_name": "Renamed",
        "email": "new@example.org",
        "status": "written here",
    }
    master("from master.users.models import User; User.objects.get(uid=uid).delete()", uid=uid)
    world.settle()
